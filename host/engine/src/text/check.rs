//! What Go's parser refuses and gotmpl's does not, and what a parsed template is made to do beside its own.

use std::sync::Arc;

use gotmpl::parse::{BranchNode, CommandNode, Expr, ListNode, Node, PipeNode, Pos, SmolStr, TextNode};

use super::{
    functions::{NAMES, OUTPUT},
    refusal,
};
use crate::Result;

/// Check one template, and make it report its steps: each list of nodes begins with a text that is empty, for the writer to
/// notice, and what an action prints goes through the function [`OUTPUT`].
///
/// # Errors
/// [`TemplateParse`](crate::Error::TemplateParse).
pub(super) fn check(template: &mut ListNode) -> Result<()> {
    Check { variables: vec![SmolStr::new_static("$")], ranges: 0 }.list(template)
}

struct Check {
    variables: Vec<SmolStr>,
    /// Loops around the node that is looked at.
    ranges: usize,
}

impl Check {
    fn list(&mut self, list: &mut ListNode) -> Result<()> {
        for node in &mut list.nodes {
            self.node(node)?;
        }
        list.nodes.insert(0, Node::Text(TextNode { pos: list.pos, text: Arc::from("") }));
        Ok(())
    }

    fn node(&mut self, node: &mut Node) -> Result<()> {
        match node {
            Node::List(list) => self.list(list),
            Node::Action(action) => {
                self.pipe(&action.pipe)?;
                if action.pipe.decl.is_empty() {
                    action.pipe.commands.push(output(action.pos));
                }
                Ok(())
            }
            Node::If(branch) | Node::With(branch) => self.branch(branch, 0),
            Node::Range(branch) => self.branch(branch, 1),
            Node::Template(call) => {
                // gotmpl would hand on what the caller has; in Go it is nothing.
                let pipe = call.pipe.get_or_insert_with(|| nothing(call.pos));
                self.pipe(pipe)
            }
            Node::Break(_) if self.ranges == 0 => refuse("{{break}} outside {{range}}"),
            Node::Continue(_) if self.ranges == 0 => refuse("{{continue}} outside {{range}}"),
            Node::Text(_) | Node::Define(_) | Node::Break(_) | Node::Continue(_) => Ok(()),
        }
    }

    fn branch(&mut self, branch: &mut BranchNode, ranges: usize) -> Result<()> {
        let outside = self.variables.len();
        self.pipe(&branch.pipe)?;
        self.ranges += ranges;
        self.list(&mut branch.body)?;
        self.ranges -= ranges;
        if let Some(other) = &mut branch.else_body {
            self.list(other)?;
        }
        self.variables.truncate(outside);
        Ok(())
    }

    fn pipe(&mut self, pipe: &PipeNode) -> Result<()> {
        for name in &pipe.decl {
            if pipe.is_assign {
                self.variable(name)?;
            }
        }
        if !pipe.is_assign {
            self.variables.extend(pipe.decl.iter().cloned());
        }
        for (n, command) in pipe.commands.iter().enumerate() {
            let first = command.args.first();
            if n > 0 && first.is_some_and(is_constant) {
                return refuse(format!("non executable command in pipeline stage {}", n + 1));
            }
            command.args.iter().try_for_each(|arg| self.expression(arg))?;
        }
        Ok(())
    }

    fn expression(&mut self, expression: &Expr) -> Result<()> {
        match expression {
            Expr::Variable(_, name, _) => self.variable(name),
            Expr::Identifier(_, name) if name != OUTPUT && !NAMES.contains(&name.as_str()) => {
                refuse(format!("function \"{name}\" not defined"))
            }
            Expr::Pipe(_, pipe) => self.pipe(pipe),
            Expr::Chain(_, inner, _) => self.expression(inner),
            _ => Ok(()),
        }
    }

    fn variable(&self, name: &SmolStr) -> Result<()> {
        if self.variables.contains(name) { Ok(()) } else { refuse(format!("undefined variable \"{name}\"")) }
    }
}

fn is_constant(expression: &Expr) -> bool {
    matches!(expression, Expr::Bool(..) | Expr::Dot(_) | Expr::Nil(_) | Expr::Number(..) | Expr::String(..))
}

/// The function without an argument answers nil, which is no pipeline by itself.
fn nothing(pos: Pos) -> PipeNode {
    PipeNode { pos, decl: Vec::new(), commands: vec![output(pos)], is_assign: false }
}

fn output(pos: Pos) -> CommandNode {
    CommandNode { pos, args: vec![Expr::Identifier(pos, SmolStr::new_static(OUTPUT))] }
}

fn refuse<R>(rule: impl Into<String>) -> Result<R> {
    Err(refusal::parse(rule))
}
