//! Changes as an Atom 1.0 feed (RFC 4287): stable ids, one title a change, in the reader's language.

use hyper::header;
use jiff::Timestamp;
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use crate::{
    domain::identifier::{characters::shown, cum::Cum},
    http::{
        Answer, App, Language, Problem, Request,
        wire::{
            changes::change::{CeilingState, ChangeBody},
            service::meta::disclaimer,
        },
    },
    read_model::service::changes::ChangeFilter,
};

const CONTENT_TYPE: &str = "application/atom+xml; charset=utf-8";
/// The year in which these names were first given: it belongs to every id, for good (RFC 4151).
const TAGGED_SINCE: &str = "2026";
const HOST_CHARS_MAX: usize = 253;

/// The subject of a feed.
pub enum Subject {
    Everything,
    Medicine(Cum),
}

struct Feed<'a> {
    /// Who names: the host under which the feed is read.
    authority: &'a str,
    path: &'a str,
    language: Language,
    subject: &'a Subject,
    updated: Timestamp,
    /// Some of what it tells is invented.
    is_sample: bool,
}

/// The subject of a feed's changes.
const KINDS: [&str; 3] = ["ceilings", "catalogue", "sismed"];

pub async fn answer(
    app: &App,
    request: &Request,
    subject: &Subject,
    filter: &ChangeFilter,
    limit: i64,
) -> Result<Answer, Problem> {
    let version = app.read_model.data_version().await?;
    let authority = authority(request);
    let validator = request.validator(&[&version.version.to_string(), authority, env!("CARGO_PKG_VERSION")]);
    if let Some(unchanged) = validator.not_modified() {
        return Ok(unchanged);
    }
    let changes = app.read_model.newest_changes(filter, limit).await?;
    let bodies: Vec<ChangeBody> =
        changes.iter().map(|change| ChangeBody::new(change, request.language)).collect::<Result<_, _>>()?;
    let updated = changes.first().map_or(version.changed_at, |change| change.recorded_at);
    let is_sample = !version.sample.among(&KINDS).is_empty();
    let feed = Feed { authority, path: &request.path, language: request.language, subject, updated, is_sample };
    let xml = feed.write(&bodies).map_err(|error| {
        tracing::error!(%error, "internal error: feed could not be serialised");
        Problem::internal()
    })?;
    Ok(validator.apply(Answer::bytes(CONTENT_TYPE, xml)))
}

/// The name under which the client knows this service, without its port: what stands in ids must look the same tomorrow.
fn authority(request: &Request) -> &str {
    let of_origin = || request.context.origin.as_deref()?.split_once("://").map(|(_, host)| host);
    let of_header = || request.headers.get(header::HOST)?.to_str().ok();
    let host = of_origin().or_else(of_header).unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-');
    if name.is_empty() || name.len() > HOST_CHARS_MAX || !plain { "localhost" } else { name }
}

type Xml = Writer<Vec<u8>>;

impl Feed<'_> {
    fn say<'a>(&self, es: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Spanish => es,
            Language::English => en,
        }
    }

    fn tag(&self, what: &str) -> String {
        format!("tag:{},{TAGGED_SINCE}:{what}", self.authority)
    }

    fn write(&self, changes: &[ChangeBody]) -> std::io::Result<Vec<u8>> {
        let mut xml = Writer::new_with_indent(Vec::new(), b' ', 1);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        let attributes = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", self.language.code())];
        xml.create_element("feed").with_attributes(attributes).write_inner_content(|xml| {
            self.head(xml)?;
            changes.iter().try_for_each(|change| self.entry(xml, change))
        })?;
        Ok(xml.into_inner())
    }

    fn head(&self, xml: &mut Xml) -> std::io::Result<()> {
        let (id, title, alternate) = match self.subject {
            Subject::Everything => {
                let title = self
                    .say("Termómetro: cambios de precios máximos y productos", "Termómetro: changes of ceilings and products");
                ("changes".to_owned(), title.to_owned(), "/v1/changes".to_owned())
            }
            Subject::Medicine(cum) => {
                let title = format!("Termómetro: {} {cum}", self.say("cambios del medicamento", "changes of medicine"));
                (format!("medicines/{cum}/changes"), title, format!("/v1/changes?cum={cum}"))
            }
        };
        text(xml, "id", &self.tag(&id))?;
        if self.is_sample {
            // First, since readers of feeds cut long titles.
            let mark = self.say("MUESTRA, datos inventados", "SAMPLE, invented data");
            text(xml, "title", &format!("{mark} · {title}"))?;
            text(xml, "subtitle", disclaimer(self.language, true))?;
        } else {
            text(xml, "title", &title)?;
        }
        text(xml, "updated", &self.updated.to_string())?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Termómetro"))?;
        let own = format!("{}?lang={}", self.path, self.language.code());
        link(xml, "self", "application/atom+xml", &own)?;
        link(xml, "alternate", "application/json", &alternate)
    }

    fn entry(&self, xml: &mut Xml, change: &ChangeBody) -> std::io::Result<()> {
        xml.create_element("entry")
            .write_inner_content(|xml| {
                text(xml, "id", &self.tag(&format!("changes/{}", change.position)))?;
                text(xml, "title", &self.title(change))?;
                text(xml, "updated", &change.recorded_at)?;
                let before = change.position - 1;
                let mut here = format!("/v1/changes?since={before}&limit=1");
                if let Some(cum) = &change.cum {
                    here = format!("/v1/changes?cum={cum}&since={before}&limit=1");
                }
                link(xml, "alternate", "application/json", &here)?;
                xml.create_element("category").with_attribute(("term", change.reason.as_str())).write_empty()?;
                text(xml, "summary", &self.summary(change))
            })
            .map(drop)
    }

    /// `LANTUS (19914312-20): precio máximo 33052.00 COP (pack, institutional) desde 2020-03-28`.
    fn title(&self, change: &ChangeBody) -> String {
        let subject = match (&change.product, &change.cum, &change.market) {
            (Some(name), Some(cum), _) => format!("{name} ({cum})"),
            (None, Some(cum), _) => cum.clone(),
            (_, None, market) => {
                format!("{} {}", self.say("Mercado relevante", "Relevant market"), market.as_deref().unwrap_or_default())
            }
        };
        let what = match (&change.ceiling_before, &change.ceiling_after) {
            (_, Some(after)) => self.ceiling(after),
            (Some(before), None) => format!("{}: {}", self.say("ya no rige", "no longer binds"), self.ceiling(before)),
            (None, None) => change.explanation.trim_end_matches('.').to_owned(),
        };
        format!("{subject}: {what}")
    }

    fn ceiling(&self, state: &CeilingState) -> String {
        let CeilingState { amount, currency, per, column, valid_from, .. } = state;
        let (what, from, until) = (self.say("precio máximo", "ceiling"), self.say("desde", "from"), self.say("hasta", "until"));
        let end = state.valid_until.as_ref().map(|day| format!(" {until} {day}")).unwrap_or_default();
        format!("{what} {amount} {currency} ({per}, {column}) {from} {valid_from}{end}")
    }

    fn summary(&self, change: &ChangeBody) -> String {
        let mut parts = vec![change.explanation.to_owned()];
        if let (Some(before), Some(after)) = (&change.ceiling_before, &change.ceiling_after)
            && before.amount != after.amount
        {
            parts.push(format!("{}: {} {}.", self.say("Antes", "Before"), before.amount, before.currency));
        }
        if let Some(act) = &change.act {
            parts.push(format!("{}: {act}.", self.say("Acto", "Act")));
        }
        parts.join(" ")
    }
}

fn text(xml: &mut Xml, name: &str, value: &str) -> std::io::Result<()> {
    // Characters that XML cannot hold are forbidden even when escaped.
    xml.create_element(name).write_text_content(BytesText::new(&shown(value))).map(drop)
}

fn link(xml: &mut Xml, relation: &str, media: &str, target: &str) -> std::io::Result<()> {
    xml.create_element("link").with_attributes([("rel", relation), ("type", media), ("href", target)]).write_empty().map(drop)
}
