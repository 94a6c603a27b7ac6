//! Turns a grammar (JSON, on stdin) into its parser (C, on stdout).
use std::io::Read;

fn main() {
    let mut grammar = String::new();
    std::io::stdin().read_to_string(&mut grammar).expect("a grammar on stdin");
    let (_, code) = tree_sitter_generate::generate_parser_for_grammar(&grammar, Some((0, 25, 0))).expect("a grammar without conflicts");
    print!("{code}");
}
