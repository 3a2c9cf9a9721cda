//! A table by id.

/// Values by their ids, sorted. A session has few of them, and this is a twentieth of the size of a `BTreeMap` in the
/// wasm.
#[derive(Debug)]
pub(super) struct Table<T>(Vec<(Box<str>, T)>);

impl<T> Table<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Where the id stands, or would stand. Holds until the table changes.
    pub(super) fn place(&self, id: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(id))
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.0.get(self.place(id).ok()?).map(|(_, value)| value)
    }

    /// What stands there.
    pub(super) fn at(&mut self, place: usize) -> Option<&mut T> {
        self.0.get_mut(place).map(|(_, value)| value)
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.place(id).is_ok()
    }

    /// Puts the value in the place of the one that was there, if any.
    pub(super) fn insert(&mut self, id: &str, value: T) {
        match self.place(id) {
            Ok(at) => {
                if let Some((_, old)) = self.0.get_mut(at) {
                    *old = value;
                }
            }
            Err(at) => self.0.insert(at, (id.into(), value)),
        }
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<T> {
        self.place(id).ok().map(|at| self.0.remove(at).1)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn values_are_found_by_their_ids() {
        let mut table = Table::new();
        for (id, value) in [("b", 1), ("a", 2), ("c", 3), ("b", 4)] {
            table.insert(id, value);
        }
        assert_eq!(table.values().copied().collect::<Vec<_>>(), [2, 4, 3]);
        assert_eq!((table.remove("b"), table.remove("b"), table.get("c")), (Some(4), None, Some(&3)));
        assert!(table.contains("a") && !table.contains("b"));
    }
}
