//! Nodes under construction, with a bound on how deep they nest.

use super::ast::{Node, Project, Projection};
use super::failure::{Failure, TOO_DEEP};

/// How deep an expression may be nested, and how much deeper than the document its answer may be.
/// The reference gives up between 248 and 498.
pub(super) const MAX_DEPTH: usize = 500;

/// A node with its depth: how deep evaluation nests, or by how much it can nest an answer.
pub(super) struct Branch {
    pub node: Node,
    pub depth: usize,
    /// Whether it ends in an index, which keeps a slice right after it from projecting.
    pub indexed: bool,
}

impl Branch {
    pub(super) fn leaf(node: Node) -> Self {
        Branch { node, depth: 0, indexed: false }
    }

    pub(super) fn new(node: Node, depth: usize) -> Result<Self, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::Beyond(TOO_DEEP.to_owned()));
        }
        Ok(Branch { node, depth, indexed: false })
    }

    /// `self`, then `next` on what `self` found. Chains are flat, so that a path can have any length.
    pub(super) fn then(self, next: Branch) -> Result<Self, Failure> {
        let depth = self.depth + next.depth;
        let mut steps = match self.node {
            Node::Chain(steps) => steps,
            node => vec![node],
        };
        match next.node {
            Node::Chain(next) => steps.extend(next),
            node => steps.push(node),
        }
        Branch::new(Node::Chain(steps), depth)
    }

    pub(super) fn project(self, kind: Project, each: Branch) -> Result<Self, Failure> {
        let depth = 1 + self.depth + each.depth;
        Branch::new(
            Node::Projection(Box::new(Projection { kind, source: self.node, each: each.node })),
            depth,
        )
    }
}

/// `a || b || c` as one list of alternatives, and likewise for `&&`.
pub(super) fn operands(
    left: Branch,
    right: Branch,
    unwrap: fn(Node) -> Result<Vec<Node>, Node>,
) -> (Vec<Node>, usize) {
    let (mut nodes, depth) = match unwrap(left.node) {
        Ok(nodes) => (nodes, left.depth),
        Err(node) => (vec![node], left.depth + 1),
    };
    nodes.push(right.node);
    (nodes, depth.max(right.depth + 1))
}
