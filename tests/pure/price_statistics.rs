//! An attacker with all releases of 26 weeks, and reports of their own, tries to single out one of 10,000 reports.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use termometro::domain::{
    participation::price_statistics::{COUNTRY, CountedReport, weekly_statistics},
    verdict::comparison::Per,
};

const REPORTS: usize = 10_000;
const WEEKS: usize = 26;
const PRODUCTS: usize = 40;
const DEPARTMENTS: usize = 12;
const MUNICIPALITIES: usize = 9;
const PEOPLE: usize = 2_500;
/// Networks that an attacker has.
const OWN: usize = 3;

/// The areas of one product that a publisher shows.
type Shown = BTreeSet<String>;
type Publisher = fn(&[CountedReport]) -> BTreeMap<String, Shown>;

/// Xorshift: the same numbers every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit as u64)).unwrap()
    }

    /// Small numbers far more often than large ones.
    fn heavy(&mut self, limit: usize) -> usize {
        let below = self.below(limit) + 1;
        self.below(below)
    }
}

fn report(product: usize, municipality: String, person: usize, amount: usize) -> CountedReport {
    CountedReport {
        cum: format!("{}-1", product + 1),
        per: Per::Pack,
        municipality,
        amount: Decimal::from(amount),
        contributor: Some(person.to_le_bytes().to_vec()),
    }
}

/// The reports of each week: few products and places have most of them, and some people report several.
fn weeks() -> Vec<Vec<CountedReport>> {
    let mut dice = Dice(0x7E4A_2026);
    let mut weeks = vec![Vec::new(); WEEKS];
    for _ in 0..REPORTS {
        let product = dice.heavy(PRODUCTS);
        let place = format!("{:02}{:03}", dice.heavy(DEPARTMENTS) + 1, dice.heavy(MUNICIPALITIES) + 1);
        let amount = 5_000 * (product + 1) + dice.below(40_000);
        let (week, person) = (dice.below(WEEKS), dice.heavy(PEOPLE));
        weeks[week].push(report(product, place, person, amount));
    }
    weeks
}

fn released(reports: &[CountedReport]) -> BTreeMap<String, Shown> {
    let mut shown: BTreeMap<String, Shown> = BTreeMap::new();
    for one in weekly_statistics(reports) {
        shown.entry(one.cum).or_default().insert(one.area);
    }
    shown
}

fn areas(report: &CountedReport) -> [String; 3] {
    [COUNTRY.to_owned(), report.municipality[..2].to_owned(), report.municipality.clone()]
}

/// What a careless publisher shows: every area with so many people.
fn careless<const K: usize>(reports: &[CountedReport]) -> BTreeMap<String, Shown> {
    let mut people: BTreeMap<(&str, String), BTreeSet<&[u8]>> = BTreeMap::new();
    for one in reports {
        for area in areas(one) {
            people.entry((&one.cum, area)).or_default().insert(one.contributor.as_deref().unwrap());
        }
    }
    let mut shown: BTreeMap<String, Shown> = BTreeMap::new();
    for ((cum, area), people) in people {
        if people.len() >= K {
            shown.entry(cum.to_owned()).or_default().insert(area);
        }
    }
    shown
}

/// Reports that stand alone in what can be told apart: each shown area less the shown areas in it. Whoever is `known` to the attacker is
/// taken away.
fn singled_out(reports: &[CountedReport], publish: Publisher, known: &BTreeSet<Vec<u8>>) -> usize {
    let shown = publish(reports);
    let mut parts: BTreeMap<(&str, String), BTreeSet<&[u8]>> = BTreeMap::new();
    for one in reports {
        let Some(shown) = shown.get(&one.cum) else { continue };
        let smallest = areas(one).into_iter().rev().find(|area| shown.contains(area));
        if let (Some(area), Some(person)) = (smallest, one.contributor.as_ref())
            && !known.contains(person)
        {
            parts.entry((&one.cum, area)).or_default().insert(person);
        }
    }
    parts.values().filter(|people| people.len() == 1).count()
}

fn of_all_weeks(publish: Publisher) -> usize {
    weeks().iter().map(|reports| singled_out(reports, publish, &BTreeSet::new())).sum()
}

/// Whom an attacker finds who adds reports of `own` networks to the place of somebody alone there.
fn with_own_reports(own: usize) -> (usize, usize) {
    let (mut tried, mut found) = (0, 0);
    for reports in weeks() {
        let mut people: BTreeMap<(&str, &str), BTreeSet<&[u8]>> = BTreeMap::new();
        for one in &reports {
            people.entry((&one.cum, &one.municipality)).or_default().insert(one.contributor.as_deref().unwrap());
        }
        let alone = people.iter().filter(|(_, people)| people.len() == 1).map(|(place, _)| *place);
        for (cum, municipality) in alone.take(40) {
            let product: usize = cum.strip_suffix("-1").unwrap().parse().unwrap();
            let added = (0..own).map(|one| report(product - 1, municipality.to_owned(), PEOPLE + one, 20_000 + one));
            let known: BTreeSet<Vec<u8>> = added.clone().filter_map(|one| one.contributor).collect();
            let of_product = reports.iter().filter(|one| one.cum == cum).cloned();
            let with: Vec<CountedReport> = of_product.chain(added).collect();
            tried += 1;
            found += singled_out(&with, released, &known);
        }
    }
    (tried, found)
}

#[test]
fn nobody_is_singled_out_by_26_releases_of_10_000_reports() {
    let figures: usize = weeks().iter().map(|reports| released(reports).values().map(BTreeSet::len).sum::<usize>()).sum();
    assert!(figures > 500, "there is something to attack: {figures}");
    let (tried, found) = with_own_reports(OWN);
    assert!(tried > 500);
    println!(
        "{REPORTS} reports, {WEEKS} releases, {figures} figures: {} singled out; with {OWN} networks in {tried} places: {found}",
        of_all_weeks(released)
    );
    assert_eq!((of_all_weeks(released), found), (0, 0));
}

#[test]
fn the_same_attack_finds_people_where_a_rule_is_missing() {
    let (all, without_suppression) = (of_all_weeks(careless::<1>), of_all_weeks(careless::<5>));
    println!("everything shown: {all} singled out; five people and nothing more hidden: {without_suppression}");
    assert!(all > 1_000 && without_suppression > 0);
    // The limit that is documented: who has four networks makes a fifth person appear.
    assert!(with_own_reports(4).1 > 0);
}
