//! Tokens to a selection, by recursive descent.

use super::{
    super::{
        Selection,
        condition::{Comparison, Condition, Literal, Operator, Subject},
    },
    lexer::{Lexer, Token},
    time,
};
use crate::{Result, limits::FLUX_DEPTH};

pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    now: i64,
    /// The name of a row within the condition: what `fn` calls it.
    row: &'a str,
    depth: usize,
    selection: Selection,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, now: i64) -> Parser<'a> {
        Parser { lexer: Lexer::new(text), now, row: "r", depth: 0, selection: Selection::default() }
    }

    pub(super) fn query(mut self) -> Result<Selection> {
        if !self.eat("|>")? {
            let mut ahead = self.lexer;
            let first = ahead.token()?;
            let is_call = matches!(first, Token::Name(name) if name != "not") && ahead.token()? == Token::Symbol("(");
            if is_call {
                self.stage(true)?;
            } else {
                let condition = self.condition()?;
                self.selection.and(condition);
            }
        } else {
            self.stage(false)?;
        }
        while self.eat("|>")? {
            self.stage(false)?;
        }
        match self.peek()? {
            Token::End => Ok(self.selection),
            other => Err(self.here(format!("expected `|>` or the end, found {}", other.shown()))),
        }
    }

    fn stage(&mut self, is_first: bool) -> Result<()> {
        let at = self.lexer.next_at();
        let token = self.lexer.token()?;
        let Token::Name(name) = token else {
            return Err(self.lexer.refused(at, format!("expected from, range or filter, found {}", token.shown())));
        };
        match name {
            "from" if is_first => self.from(),
            "from" => Err(self.lexer.refused(at, "`from` comes first, and once")),
            "range" => self.range(at),
            "filter" => self.filter(at),
            other => Err(self.lexer.refused(
                at,
                format!(
                    "the function `{}` is not supported: there are from, range and filter",
                    crate::error::shown(other)
                ),
            )),
        }
    }

    fn from(&mut self) -> Result<()> {
        self.expect("(")?;
        self.parameter(&["bucket"])?;
        let at = self.lexer.next_at();
        let bucket = match self.lexer.token()? {
            Token::Text(bucket) if bucket.is_empty() => {
                return Err(self.lexer.refused(at, "the name of a bucket is not empty"));
            }
            Token::Text(bucket) => bucket,
            other => return Err(self.lexer.refused(at, format!("expected a string, found {}", other.shown()))),
        };
        self.selection.and(compare(Subject::Bucket, Operator::Equal, Literal::Text(bucket)));
        self.close(&["bucket"])
    }

    /// Several ranges narrow each other.
    fn range(&mut self, at: usize) -> Result<()> {
        self.expect("(")?;
        let mut start = None;
        let mut stop = None;
        loop {
            let parameter_at = self.lexer.next_at();
            let parameter = self.parameter(&["start", "stop"])?;
            let bound = if parameter == "start" { &mut start } else { &mut stop };
            if bound.is_some() {
                return Err(self.lexer.refused(parameter_at, format!("`{parameter}` is given twice")));
            }
            *bound = Some(time::time(&mut self.lexer, self.now)?);
            if !self.eat(",")? {
                break;
            }
        }
        self.expect(")")?;
        let Some(start) = start else { return Err(self.lexer.refused(at, "`range` needs a `start`")) };
        self.selection.within(Some(start), stop);
        Ok(())
    }

    fn filter(&mut self, at: usize) -> Result<()> {
        self.expect("(")?;
        if self.eat(")")? {
            return Err(self.lexer.refused(at, "`filter` needs an `fn`"));
        }
        self.parameter(&["fn"])?;
        self.expect("(")?;
        let row_at = self.lexer.next_at();
        let Token::Name(row) = self.lexer.token()? else {
            return Err(self.lexer.refused(row_at, "expected the name of a row, such as `r`"));
        };
        self.expect(")")?;
        self.expect("=>")?;
        self.row = row;
        let condition = self.condition()?;
        self.row = "r";
        self.selection.and(condition);
        self.close(&["fn"])
    }

    fn condition(&mut self) -> Result<Condition> {
        self.depth += 1;
        if self.depth > FLUX_DEPTH {
            return Err(self.here(format!("nested more than {FLUX_DEPTH} deep")));
        }
        let mut any = vec![self.all()?];
        while self.eat_name("or")? {
            any.push(self.all()?);
        }
        self.depth -= 1;
        Ok(Condition::any(any))
    }

    fn all(&mut self) -> Result<Condition> {
        let mut all = vec![self.one()?];
        while self.eat_name("and")? {
            all.push(self.one()?);
        }
        Ok(Condition::all(all))
    }

    fn one(&mut self) -> Result<Condition> {
        if self.eat_name("not")? {
            self.depth += 1;
            if self.depth > FLUX_DEPTH {
                return Err(self.here(format!("nested more than {FLUX_DEPTH} deep")));
            }
            let negated = self.one()?;
            self.depth -= 1;
            return Ok(Condition::Not(Box::new(negated)));
        }
        if self.eat("(")? {
            let inner = self.condition()?;
            self.expect(")")?;
            return Ok(inner);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Condition> {
        let subject_at = self.lexer.next_at();
        let subject = self.subject()?;
        let at = self.lexer.next_at();
        let token = self.lexer.token()?;
        let operator = match token {
            Token::Symbol("==") => Operator::Equal,
            Token::Symbol("!=") => Operator::Unequal,
            Token::Symbol("<") => Operator::Less,
            Token::Symbol("<=") => Operator::LessOrEqual,
            Token::Symbol(">") => Operator::Greater,
            Token::Symbol(">=") => Operator::GreaterOrEqual,
            Token::Symbol(symbol) if symbol != ")" => {
                return Err(self.lexer.refused(at, format!("the operator `{symbol}` is not supported")));
            }
            other => return Err(self.lexer.refused(at, format!("expected a comparison, found {}", other.shown()))),
        };
        let at = self.lexer.next_at();
        let literal = self.literal()?;
        let is_order = !matches!(operator, Operator::Equal | Operator::Unequal);
        if is_order && matches!(literal, Literal::Bool(_)) {
            return Err(self.lexer.refused(at, "true and false have no order"));
        }
        if matches!(subject, Subject::Bucket | Subject::Measurement) && !matches!(literal, Literal::Text(_)) {
            return Err(self.lexer.refused(subject_at, "a bucket or measurement is compared with a string"));
        }
        Ok(compare(subject, operator, literal))
    }

    fn subject(&mut self) -> Result<Subject> {
        let at = self.lexer.next_at();
        let token = self.lexer.token()?;
        if token != Token::Name(self.row) {
            let hint = format!("expected a condition on `{}`, found {}", crate::error::shown(self.row), token.shown());
            return Err(self.lexer.refused(at, hint));
        }
        let name = if self.eat("[")? {
            let at = self.lexer.next_at();
            let Token::Text(name) = self.lexer.token()? else {
                return Err(self.lexer.refused(at, "expected the name of a column as a string"));
            };
            self.expect("]")?;
            name
        } else {
            self.expect(".")?;
            let at = self.lexer.next_at();
            self.lexer.member().ok_or_else(|| self.lexer.refused(at, "expected the name of a column"))?.into()
        };
        match name.as_str() {
            "_measurement" | "measurement" => Ok(Subject::Measurement),
            "_bucket" | "bucket" | "bucket_name" => Ok(Subject::Bucket),
            "_time" | "_start" | "_stop" => {
                Err(self.lexer.refused(at, format!("`{name}` is not supported in a condition: use range")))
            }
            _ => Ok(Subject::TagOrField(name)),
        }
    }

    fn literal(&mut self) -> Result<Literal> {
        let is_negative = self.eat("-")?;
        let at = self.lexer.next_at();
        match self.lexer.token()? {
            Token::Number(digits) => Ok(Literal::number(is_negative, digits)),
            Token::Text(text) if !is_negative => Ok(Literal::Text(text)),
            Token::Name("true") if !is_negative => Ok(Literal::Bool(true)),
            Token::Name("false") if !is_negative => Ok(Literal::Bool(false)),
            other => Err(self
                .lexer
                .refused(at, format!("expected a string, a number, true or false, found {}", other.shown()))),
        }
    }

    /// The name of a parameter, and the colon.
    fn parameter(&mut self, known: &[&str]) -> Result<&'a str> {
        let at = self.lexer.next_at();
        match self.lexer.token()? {
            Token::Name(name) if known.contains(&name) => {
                self.expect(":")?;
                Ok(name)
            }
            Token::Name(name) => {
                let problem = format!(
                    "the parameter `{}` is not supported: there is {}",
                    crate::error::shown(name),
                    known.join(" and ")
                );
                Err(self.lexer.refused(at, problem))
            }
            other => Err(self.lexer.refused(at, format!("expected {}, found {}", known.join(" or "), other.shown()))),
        }
    }

    /// The end of a call whose parameters have been read.
    fn close(&mut self, known: &[&str]) -> Result<()> {
        if self.eat(",")? {
            let at = self.lexer.next_at();
            let name = self.parameter(known)?;
            return Err(self.lexer.refused(at, format!("`{name}` is given twice")));
        }
        self.expect(")")
    }

    fn peek(&self) -> Result<Token<'a>> {
        let mut ahead = self.lexer;
        ahead.token()
    }

    fn eat(&mut self, symbol: &'static str) -> Result<bool> {
        self.eat_token(&Token::Symbol(symbol))
    }

    fn eat_name(&mut self, name: &'a str) -> Result<bool> {
        self.eat_token(&Token::Name(name))
    }

    fn eat_token(&mut self, wanted: &Token<'_>) -> Result<bool> {
        let mut ahead = self.lexer;
        let is_next = ahead.token()? == *wanted;
        if is_next {
            self.lexer = ahead;
        }
        Ok(is_next)
    }

    fn expect(&mut self, symbol: &'static str) -> Result<()> {
        if self.eat(symbol)? {
            return Ok(());
        }
        let found = self.peek()?.shown();
        Err(self.here(format!("expected `{symbol}`, found {found}")))
    }

    /// An error about what comes next.
    fn here(&mut self, problem: String) -> crate::Error {
        let at = self.lexer.next_at();
        self.lexer.refused(at, problem)
    }
}

fn compare(subject: Subject, operator: Operator, literal: Literal) -> Condition {
    Condition::Compare(Comparison { subject, operator, literal })
}
