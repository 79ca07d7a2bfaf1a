//! The newest thermometer list as it stands on the wire: each price once, however many readings show it.

use super::{
    arena::{Arena, Piece, Pieces},
    split::members,
};
use crate::{
    domain::channel::Channel,
    http::wire::thermometer::{Thermometer, ThermometerProduct},
    read_model::thermometer::{Reading, ThermometerList, ThermometerRow, reading},
};

/// One comparison group.
struct Group {
    /// Its prices, each `{…},`, one behind the other.
    first: Piece,
    /// Whose each price is.
    owners: Box<[i32]>,
    /// `"n":…,"max":{…},`
    spread: Piece,
}

/// A registration's place in one group.
#[derive(Clone, Copy)]
struct Member {
    expediente: i32,
    channel: Channel,
    /// Where its first price stands in the file.
    line: i64,
    group: u32,
    /// `"channel":…,"no_comparators":…,`
    head: Piece,
}

/// In order of registration, then as its readings are shown.
#[derive(Default)]
pub struct Thermometers {
    groups: Vec<Group>,
    members: Vec<Member>,
    arena: Arena,
    /// `"list":{…},"rule":…`
    tail: Vec<u8>,
}

impl Thermometers {
    /// `MedicineThermometer`; false when no list has it in that channel.
    pub fn write(&self, expediente: i32, channel: Option<Channel>, out: &mut Vec<u8>) -> bool {
        let start = self.members.partition_point(|member| member.expediente < expediente);
        let own = self.members[start..].iter().take_while(|member| member.expediente == expediente);
        let mut own = own.filter(|member| channel.is_none_or(|channel| member.channel == channel));
        let Some(first) = own.next() else { return false };
        out.push(b'{');
        self.write_open(first, out);
        out.extend_from_slice(b",\"other_channels\":[");
        for (index, other) in own.enumerate() {
            out.extend_from_slice(if index == 0 { b"{" } else { b",{" });
            self.write_open(other, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"]}");
        true
    }

    /// How much memory it takes.
    pub fn bytes(&self) -> usize {
        let owners: usize = self.groups.iter().map(|group| size_of::<Group>() + size_of_val(&*group.owners)).sum();
        owners + self.arena.bytes() + self.members.capacity() * size_of::<Member>()
    }

    fn write_open(&self, member: &Member, out: &mut Vec<u8>) {
        let Some(group) = self.groups.get(member.group as usize) else { return };
        out.extend_from_slice(self.arena.get(member.head));
        out.extend_from_slice(self.arena.get(group.spread));
        out.extend_from_slice(b"\"products\":[");
        write_list(&self.arena, group, |owner| owner == member.expediente, out);
        out.extend_from_slice(b"],\"comparators\":[");
        write_list(&self.arena, group, |owner| owner != member.expediente, out);
        out.extend_from_slice(b"],");
        out.extend_from_slice(&self.tail);
    }
}

/// Runs of neighbours are copied at once.
fn write_list(arena: &Arena, group: &Group, wanted: impl Fn(i32) -> bool, out: &mut Vec<u8>) {
    let number = |at: usize| group.first + Piece::try_from(at).unwrap_or_default();
    let (mut at, start) = (0, out.len());
    while at < group.owners.len() {
        let length = group.owners[at..].iter().take_while(|owner| wanted(**owner)).count();
        out.extend_from_slice(arena.run(number(at), number(at + length)));
        at += length.max(1);
    }
    if out.len() > start {
        out.pop(); // the comma behind the last
    }
}

/// Fills it, from rows that come group by group.
pub struct ThermometersBuilder {
    list: ThermometerList,
    as_of: jiff::civil::Date,
    rows: Vec<(ThermometerRow, i64)>,
    made: Thermometers,
}

impl ThermometersBuilder {
    pub fn new(list: ThermometerList, as_of: jiff::civil::Date) -> Self {
        Self { list, as_of, rows: Vec::new(), made: Thermometers::default() }
    }

    pub fn add(&mut self, pieces: &mut Pieces, row: ThermometerRow, line: i64) -> bool {
        let ends = self.rows.last().is_some_and(|(last, _)| last.group_key != row.group_key);
        let good = !ends || self.end_group(pieces);
        self.rows.push((row, line));
        good
    }

    fn end_group(&mut self, pieces: &mut Pieces) -> bool {
        let (rows, lines): (Vec<ThermometerRow>, Vec<i64>) = self.rows.drain(..).unzip();
        let owners: Box<[i32]> = rows.iter().map(|row| row.expediente).collect();
        let Some(mut group) = reading(&self.list, rows, None) else { return true };
        let Ok(number) = u32::try_from(self.made.groups.len()) else { return false };
        let mut first = None;
        for placed in &group.comparators {
            let Ok(mut json) = serde_json::to_vec(&ThermometerProduct::new(placed)) else { return false };
            json.push(b',');
            let piece = pieces.append(&json);
            first.get_or_insert(piece);
        }
        let mut seen: Vec<(i32, usize, i64)> = Vec::new();
        for (at, (owner, line)) in owners.iter().zip(&lines).enumerate() {
            match seen.iter_mut().find(|(known, ..)| known == owner) {
                Some((_, _, least)) => *least = (*least).min(*line),
                None => seen.push((*owner, at, *line)),
            }
        }
        let placed = std::mem::take(&mut group.comparators);
        let mut spread = 0;
        for (expediente, at, line) in seen {
            let Some(head) = self.head(pieces, &mut group, placed.get(at).cloned(), &mut spread) else { return false };
            self.made.members.push(Member { expediente, channel: group.channel, line, group: number, head });
        }
        self.made.groups.push(Group { first: first.unwrap_or_default(), owners, spread });
        true
    }

    /// The reading of one product with both lists empty, cut where what differs between products ends.
    fn head(
        &mut self,
        pieces: &mut Pieces,
        group: &mut Reading,
        product: Option<crate::read_model::thermometer::Placed>,
        spread: &mut Piece,
    ) -> Option<Piece> {
        group.products = product.into_iter().collect();
        let mut body = Thermometer::new(group, self.as_of);
        body.products.clear();
        let json = serde_json::to_vec(&body).ok()?;
        let members = members(&json);
        let at = |name: &[u8]| members.iter().find(|(other, _)| *other == name).map(|(_, at)| *at);
        let (n, products, list) = (at(b"n")?, at(b"products")?, at(b"list")?);
        *spread = pieces.intern(&json[n..products]);
        self.made.tail = json[list..json.len() - 1].to_vec();
        Some(pieces.intern(&json[1..n]))
    }

    /// `None` when something could not be written.
    pub fn finish(mut self, mut pieces: Pieces) -> Option<Thermometers> {
        if !self.rows.is_empty() && !self.end_group(&mut pieces) {
            return None;
        }
        // As the operation shows them: groups as the registration's rows come in the file, then the channels by name.
        self.made.members.sort_by_key(|member| (member.expediente, member.channel.code(), member.line));
        self.made.members.shrink_to_fit();
        self.made.arena = pieces.finish()?;
        Some(self.made)
    }
}
