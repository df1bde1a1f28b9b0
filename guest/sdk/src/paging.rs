//! What the iterators of this crate have in common.

/// Items that are fetched a page at a time.
///
/// After an error, and after the last page, it stays at its end.
#[derive(Debug)]
pub(crate) struct Pages<I> {
    items: Option<I>,
    position: Position,
}

#[derive(Debug)]
enum Position {
    Start,
    Cursor(String),
    End,
}

impl<I: Iterator> Pages<I> {
    pub(crate) fn new() -> Self {
        Self { items: None, position: Position::Start }
    }

    /// The next item; `fetch` gets the cursor and answers a page and the cursor
    /// behind it.
    pub(crate) fn next<P: IntoIterator<IntoIter = I>, E>(
        &mut self,
        mut fetch: impl FnMut(Option<&str>) -> Result<(P, Option<String>), E>,
    ) -> Option<Result<I::Item, E>> {
        loop {
            if let Some(item) = self.items.as_mut().and_then(Iterator::next) {
                return Some(Ok(item));
            }
            let answer = match core::mem::replace(&mut self.position, Position::End) {
                Position::Start => fetch(None),
                Position::Cursor(cursor) => fetch(Some(&cursor)),
                Position::End => return None,
            };
            match answer {
                Ok((items, cursor)) => {
                    self.items = Some(items.into_iter());
                    if let Some(cursor) = cursor {
                        self.position = Position::Cursor(cursor);
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Answer = Result<(Vec<u32>, Option<String>), &'static str>;

    fn drain(mut fetch: impl FnMut(Option<&str>) -> Answer) -> Vec<Result<u32, &'static str>> {
        let mut pages = Pages::new();
        let mut seen = Vec::new();
        while let Some(item) = pages.next(&mut fetch) {
            seen.push(item);
        }
        assert!(pages.next(&mut fetch).is_none());
        seen
    }

    #[test]
    fn follows_cursors_over_empty_pages_to_the_end() {
        let seen = drain(|cursor| {
            Ok(match cursor {
                None => (vec![1, 2], Some("a".into())),
                Some("a") => (vec![], Some("b".into())),
                _ => (vec![3], None),
            })
        });
        assert_eq!(seen, [Ok(1), Ok(2), Ok(3)]);
    }

    #[test]
    fn ends_after_an_error() {
        let seen = drain(|cursor| match cursor {
            None => Ok((vec![1], Some("a".into()))),
            Some(_) => Err("gone"),
        });
        assert_eq!(seen, [Ok(1), Err("gone")]);
    }
}
