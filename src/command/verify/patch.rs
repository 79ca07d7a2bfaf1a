//! Applies a unified diff as `patch` does, line by line, with nothing held but the line at hand.

/// A text, one line with its line break at a time.
pub trait LineSource {
    fn next_line(&mut self) -> impl Future<Output = anyhow::Result<Option<Vec<u8>>>> + Send;
}

/// How the application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patched {
    Whole,
    /// The difference is not of this text, or is none.
    DoesNotFit,
}

/// Gives each line of the new text to `write`. An empty difference gives the text as it is.
pub async fn apply(
    base: &mut (impl LineSource + Send),
    difference: &mut (impl LineSource + Send),
    write: &mut (dyn FnMut(&[u8]) + Send),
) -> anyhow::Result<Patched> {
    let mut at = 1_u64;
    while let Some(line) = difference.next_line().await? {
        if at == 1 && (line.starts_with(b"--- ") || line.starts_with(b"+++ ")) {
            continue;
        }
        let Some((from, mut old, mut new)) = head(&line) else { return Ok(Patched::DoesNotFit) };
        while at < from {
            let Some(kept) = base.next_line().await? else { return Ok(Patched::DoesNotFit) };
            write(&kept);
            at += 1;
        }
        while old > 0 || new > 0 {
            let Some(step) = difference.next_line().await? else { return Ok(Patched::DoesNotFit) };
            let Some((mark, text)) = step.split_first() else { return Ok(Patched::DoesNotFit) };
            if matches!(mark, b' ' | b'-') {
                if old == 0 || base.next_line().await?.as_deref() != Some(text) {
                    return Ok(Patched::DoesNotFit);
                }
                (old, at) = (old - 1, at + 1);
            }
            if matches!(mark, b' ' | b'+') {
                if new == 0 {
                    return Ok(Patched::DoesNotFit);
                }
                new -= 1;
                write(text);
            } else if *mark != b'-' {
                return Ok(Patched::DoesNotFit);
            }
        }
    }
    while let Some(kept) = base.next_line().await? {
        write(&kept);
    }
    Ok(Patched::Whole)
}

/// The first line of the base that a hunk speaks of, and how many lines of each text: `@@ -12,7 +12,8 @@`.
fn head(line: &[u8]) -> Option<(u64, u64, u64)> {
    let text = std::str::from_utf8(line).ok()?.trim_end().strip_prefix("@@ -")?.strip_suffix(" @@")?;
    let (base, next) = text.split_once(" +")?;
    let lines = |part: &str| -> Option<(u64, u64)> {
        let (from, count) = part.split_once(',').unwrap_or((part, "1"));
        Some((from.parse().ok()?, count.parse().ok()?))
    };
    let ((from, old), (_, new)) = (lines(base)?, lines(next)?);
    // What is inserted only, comes after the line that is named.
    Some((if old == 0 { from + 1 } else { from }, old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Text(std::vec::IntoIter<Vec<u8>>);

    fn text(text: &str) -> Text {
        Text(text.split_inclusive('\n').map(|line| line.as_bytes().to_vec()).collect::<Vec<_>>().into_iter())
    }

    impl LineSource for Text {
        async fn next_line(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
            Ok(self.0.next())
        }
    }

    async fn patched(base: &str, difference: &str) -> Option<String> {
        let mut out = Vec::new();
        let outcome = apply(&mut text(base), &mut text(difference), &mut |line| out.extend_from_slice(line)).await.unwrap();
        (outcome == Patched::Whole).then(|| String::from_utf8(out).unwrap())
    }

    #[tokio::test]
    async fn hunks_are_applied_where_they_say() {
        let base = "h\na\nb\nc\nd\n";
        let whole = "--- x\n+++ x\n@@ -2,2 +2,2 @@\n-a\n+A\n b\n@@ -5,1 +5,2 @@\n d\n+e\n";
        assert_eq!(patched(base, whole).await.as_deref(), Some("h\nA\nb\nc\nd\ne\n"));
        assert_eq!(patched(base, "--- x\n+++ x\n@@ -1,0 +2,1 @@\n+new\n").await.as_deref(), Some("h\nnew\na\nb\nc\nd\n"));
        assert_eq!(patched(base, "").await.as_deref(), Some(base));
    }

    #[tokio::test]
    async fn what_does_not_fit_is_said() {
        let base = "h\na\n";
        for wrong in [
            "@@ -2,1 +2,1 @@\n-b\n+c\n", "@@ -2,1 +2,1 @@\n-a\n", "@@ -9,1 +9,1 @@\n-a\n+b\n", "no hunk\n",
            "@@ -2,1 +2,1 @@\n?a\n+b\n",
        ] {
            assert_eq!(patched(base, wrong).await, None, "{wrong}");
        }
    }
}
