use super::*;
use crate::report::samples::{event, expecting, none, report, ttl};

#[test]
fn print_all() {
    for lang in [Lang::En, Lang::Ru] {
        let style = Style { lang, colour: false };
        println!("{}", run_text(&expecting(), &style, true));
        println!("{}", run_text(&report(vec![ttl()]), &style, true));
        println!("{}", compare_text(&report(vec![event(), ttl(), none()]), &style));
    }
}
