//! [`Shard`]: the results of one gate under one configuration, by 32-byte key.
//!
//! A shard is one file: the number of entries, then for each its key and the place of its value, sorted
//! by key, then the values. It is searched where it lies, so that opening one costs nothing per entry. Values are
//! opaque here.

use std::collections::BTreeMap;

use bytes::Bytes;

/// Key of a result: a digest of all that it depends on.
pub type Key = [u8; 32];

const COUNT: usize = 4;
const ENTRY: usize = 32 + 4 + 4;

/// The results of one gate, as they were read.
#[derive(Debug, Default)]
pub struct Shard {
    bytes: Bytes,
    count: usize,
}

impl Shard {
    /// Results from the bytes of a shard; none where they are not one.
    pub fn parse(bytes: Bytes) -> Option<Self> {
        let count = u32::from_le_bytes(bytes.first_chunk::<COUNT>().copied()?) as usize;
        let table = count.checked_mul(ENTRY)?.checked_add(COUNT)?;
        (table <= bytes.len()).then_some(Self { bytes, count })
    }

    /// Value of a key.
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            let (found, start, end) = self.entry(middle)?;
            match found.cmp(key) {
                std::cmp::Ordering::Equal => return self.bytes.get(start..end),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    /// Bytes of a new shard: the entries of this run, and of the ones before as many as `bytes` allow.
    pub fn merged(&self, fresh: &BTreeMap<Key, Vec<u8>>, used: &[Key], bytes: usize) -> Vec<u8> {
        let mut entries: BTreeMap<Key, &[u8]> = fresh.iter().map(|(key, value)| (*key, value.as_slice())).collect();
        entries.extend(used.iter().filter_map(|key| Some((*key, self.get(key)?))));
        let mut size: usize = entries.values().map(|value| value.len() + ENTRY).sum();
        for index in 0..self.count {
            let Some((key, start, end)) = self.entry(index) else { continue };
            let Some(value) = self.bytes.get(start..end) else { continue };
            if size + value.len() + ENTRY > bytes {
                break;
            }
            if !entries.contains_key(key) {
                size += value.len() + ENTRY;
                entries.insert(*key, value);
            }
        }
        encode(&entries)
    }

    /// Number of results.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn entry(&self, index: usize) -> Option<(&Key, usize, usize)> {
        let at = COUNT + index * ENTRY;
        let (key, place) = self.bytes.get(at..at + ENTRY)?.split_first_chunk::<32>()?;
        let (start, length) = place.split_first_chunk::<4>()?;
        let start = u32::from_le_bytes(*start) as usize;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
        Some((key, start, start.checked_add(length)?))
    }
}

fn encode(entries: &BTreeMap<Key, &[u8]>) -> Vec<u8> {
    let table = COUNT + entries.len() * ENTRY;
    let mut bytes = Vec::with_capacity(table + entries.values().map(|value| value.len()).sum::<usize>());
    // Places are 32 bits wide: what does not fit is left out, and found out again by a later run.
    let mut kept = Vec::with_capacity(entries.len());
    let mut start = table;
    for (key, value) in entries {
        if let (Ok(place), Ok(length), Ok(_)) =
            (u32::try_from(start), u32::try_from(value.len()), u32::try_from(start + value.len()))
        {
            kept.push((key, value, place, length));
            start += value.len();
        }
    }
    let shift = u32::try_from((entries.len() - kept.len()) * ENTRY).unwrap_or(0);
    bytes.extend((kept.len() as u32).to_le_bytes());
    for (key, _, place, length) in &kept {
        bytes.extend(*key);
        bytes.extend((place - shift).to_le_bytes());
        bytes.extend(length.to_le_bytes());
    }
    for (_, value, _, _) in &kept {
        bytes.extend(**value);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_result_is_found_again(entries in prop::collection::btree_map(any::<[u8; 32]>(), any::<Vec<u8>>(), 0..40)) {
            let shard = Shard::parse(Shard::default().merged(&entries, &[], usize::MAX).into()).unwrap();
            prop_assert_eq!(shard.len(), entries.len());
            for (key, value) in &entries {
                prop_assert_eq!(shard.get(key), Some(value.as_slice()));
            }
            prop_assert_eq!(shard.get(&[7; 32]), entries.get(&[7; 32]).map(Vec::as_slice));
        }

        #[test]
        fn bytes_that_are_no_shard_do_no_harm(bytes in any::<Vec<u8>>(), key in any::<[u8; 32]>()) {
            if let Some(shard) = Shard::parse(bytes.into()) {
                let _ = shard.get(&key);
            }
        }
    }

    #[test]
    fn results_in_use_stay_when_there_is_no_room_for_the_rest() {
        let before = BTreeMap::from([([1; 32], vec![1; 100]), ([2; 32], vec![2; 100])]);
        let shard = Shard::parse(Shard::default().merged(&before, &[], usize::MAX).into()).unwrap();
        let after = Shard::parse(shard.merged(&BTreeMap::new(), &[[2; 32]], 150).into()).unwrap();
        assert_eq!((after.get(&[1; 32]), after.len()), (None, 1));
    }
}
