//! Which generations stay in the ring: the four newest, and one each older than an hour, a day, a week and a month.

use crate::env::Millis;

const HOUR: u64 = 3_600_000;
const AGES: [u64; 4] = [HOUR, 24 * HOUR, 7 * 24 * HOUR, 30 * 24 * HOUR];
const NEWEST: usize = 4;

/// The generations to keep, of `(generation, saved)`. For each age it is the youngest generation beyond it; until
/// there is one, the oldest at all grows into the part.
pub fn keep(mut all: Vec<(u64, Millis)>, now: Millis) -> Vec<u64> {
    all.sort_unstable_by_key(|(generation, _)| core::cmp::Reverse(*generation));
    let mut kept: Vec<u64> = all.iter().take(NEWEST).map(|(generation, _)| *generation).collect();
    for age in AGES {
        let beyond = all.iter().find(|(_, saved)| now.since(*saved) > age).or(all.last());
        kept.extend(beyond.map(|(generation, _)| *generation));
    }
    kept.sort_unstable();
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_saves_leaves_a_handful_that_reach_back_a_month() {
        let mut all: Vec<(u64, Millis)> = Vec::new();
        for generation in 1..=365 * 24 {
            let now = Millis(generation * HOUR);
            all.push((generation, now));
            let kept = keep(all.clone(), now);
            all.retain(|(generation, _)| kept.contains(generation));
            assert!(all.len() <= NEWEST + AGES.len());
        }
        let now = Millis(365 * 24 * HOUR);
        let oldest = now.since(all.iter().map(|(_, saved)| *saved).min().unwrap());
        assert!(oldest > 7 * 24 * HOUR, "{oldest}");
    }
}
