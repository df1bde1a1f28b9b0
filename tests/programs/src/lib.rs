//! What the programs have in common.

pub mod http;
pub mod kit;
mod versions;

use std::env;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use larder_guest::{EventStream, Item};

/// The interfaces of others that a program imports, in a module `bindings`: what follows goes to `wit_bindgen::generate!`.
#[macro_export]
macro_rules! bindings {
    ($($options:tt)*) => {
        #[allow(unsafe_code, unreachable_pub, dead_code, reason = "generated code")]
        mod bindings {
            wit_bindgen::generate!({ $($options)* });
        }
    };
}

/// The first argument: which part of the program to run, when the host does something between two parts.
///
/// # Panics
/// Without arguments: the host's test is wrong.
pub fn part() -> String {
    argument(1)
}

/// An argument; number 0 is the program's name.
///
/// # Panics
/// When there are fewer: the host's test is wrong.
pub fn argument(number: usize) -> String {
    env::args().nth(number).unwrap_or_else(|| panic!("the host passes argument {number}"))
}

/// An argument that is a number.
///
/// # Panics
/// When it is none: the host's test is wrong.
pub fn number(argument_number: usize) -> u64 {
    argument(argument_number).parse().expect("the host passes a number")
}

/// What both come to, each going on while the other waits.
pub async fn join<A, B>(one: impl Future<Output = A>, other: impl Future<Output = B>) -> (A, B) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(move |context| {
        if first.is_none() {
            first = ready_now(one.as_mut().poll(context));
        }
        if second.is_none() {
            second = ready_now(other.as_mut().poll(context));
        }
        match (first.take(), second.take()) {
            (Some(first), Some(second)) => Poll::Ready((first, second)),
            undecided => {
                (first, second) = undecided;
                Poll::Pending
            }
        }
    })
    .await
}

fn ready_now<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// What `future` comes to if it is ready at once; else it is given up.
pub async fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    poll_fn(|context| Poll::Ready(ready_now(future.as_mut().poll(context)))).await
}

/// The next item of a stream, as text: `group/key`, or `gap from-to`.
///
/// # Panics
/// When the stream has ended.
pub async fn next_shown(stream: &mut EventStream) -> String {
    match stream.next().await {
        Some(Ok(Item::Event(event))) => format!("{}/{}", event.group, event.key),
        Some(Ok(Item::Gap(gap))) => format!("gap {}-{}", gap.from, gap.to),
        ended => panic!("{ended:?}"),
    }
}
