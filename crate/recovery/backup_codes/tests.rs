use proptest::prelude::*;

use super::*;

fn codes(text: &str) -> Vec<String> {
    read(text).iter().map(|found| found.code.expose().clone()).collect()
}

fn used(text: &str) -> Vec<bool> {
    read(text).iter().map(|found| found.used).collect()
}

#[test]
fn two_numbered_columns_with_prose_around() {
    let text = "SAVE YOUR BACKUP CODES\nKeep these backup codes somewhere safe but accessible.\n\n\
        1. 1234 5678\t\t 6. 6789 0123\n2. 2345 6789\t\t 7. 7890 1234\n3. 3456 7890\t\t 8. 8901 2345\n\
        4. 4567 8901\t\t 9. 9012 3456\n5. 5678 9012\t\t10. 0123 4567\n\n(ada@example.com)\n\n\
        * You can only use each backup code once.\n* Need more? Visit https://g.example/2sv\n\
        * These codes were generated on: Nov 22, 2026.\n";
    let all = codes(text);
    assert_eq!(all.len(), 10, "{all:?}");
    assert_eq!((all[0].as_str(), all[1].as_str(), all[9].as_str()), ("1234 5678", "6789 0123", "0123 4567"));
}

#[test]
fn one_a_line_with_a_hyphen_also_when_a_code_has_no_digit() {
    let text = "e8a1f-90bc2\nabcde-fabcd\n11122-33344\nbeefa-cafe0\n";
    assert_eq!(codes(text), ["e8a1f-90bc2", "abcde-fabcd", "11122-33344", "beefa-cafe0"]);
    let text = "These are your backup codes for ada@example.com. Keep them safe!\n\n* gvt2-k9ap\n* hjkl-qwer\n* 1m2n-3b4v (used)\n";
    assert_eq!(codes(text), ["gvt2-k9ap", "hjkl-qwer", "1m2n-3b4v"]);
    assert_eq!(used(text), [false, false, true]);
}

#[test]
fn plain_ones_among_prose() {
    let text = "Your recovery codes\nStore them in a safe place.\n\n85f0a1c2d3\n77aa88bb99\nffeeddccbb\n1122334455\nSee account 4711 for more";
    assert_eq!(codes(text), ["85f0a1c2d3", "77aa88bb99", "ffeeddccbb", "1122334455"]);
    assert_eq!(codes("12345678, 23456789, 34567890"), ["12345678", "23456789", "34567890"]);
    assert_eq!(codes("12345678 23456789 34567890"), ["12345678", "23456789", "34567890"]);
    assert_eq!(codes("123 456\n234 567\n345 678"), ["123 456", "234 567", "345 678"]);
    assert_eq!(codes("123456\n234567\n345678"), ["123456", "234567", "345678"]);
}

#[test]
fn columns_whose_distance_got_lost_and_numbers_without_dots() {
    assert_eq!(
        codes("1234 5678 2345 6789\n3456 7890 4567 8901"),
        ["1234 5678", "2345 6789", "3456 7890", "4567 8901"]
    );
    assert_eq!(codes("1 a1b2c3d4\n2 b1b2c3d4\n10 c1b2c3d4"), ["a1b2c3d4", "b1b2c3d4", "c1b2c3d4"]);
    assert_eq!(codes("1) a1b2-c3d4\n2) b1b2-c3d4"), ["a1b2-c3d4", "b1b2-c3d4"]);
    assert_eq!(codes("1.a1b2-c3d4\n2.b1b2-c3d4"), ["a1b2-c3d4", "b1b2-c3d4"]);
    assert_eq!(codes("#1: 1234-5678\n#2: 2345-6789"), ["1234-5678", "2345-6789"]);
}

#[test]
fn tables_json_csv_and_saved_pages() {
    assert_eq!(
        codes("| # | code |\n|---|---|\n| 1 | k3j4h5g6 |\n| 2 | p0o9i8u7 |"),
        ["k3j4h5g6", "p0o9i8u7"]
    );
    assert_eq!(codes(r#"{"account":"ada","codes":["k3j4h5g6","p0o9i8u7"]}"#), ["k3j4h5g6", "p0o9i8u7"]);
    assert_eq!(codes("number;code\n1;k3j4-h5g6\n2;p0o9-i8u7"), ["k3j4-h5g6", "p0o9-i8u7"]);
    let page = "<html><style>li{a1b2c3d4:x}</style><h1>Codes</h1><ul><li><code>k3j4-h5g6</code></li><li><s>p0o9-i8u7</s></li></ul></html>";
    assert_eq!(codes(page), ["k3j4-h5g6", "p0o9-i8u7"]);
    assert_eq!(used(page), [false, true]);
}

#[test]
fn used_ones_are_told_by_a_word_a_tick_or_a_stroke() {
    assert_eq!(used("1234 5678 used\n2345 6789\n3456 7890 not used"), [true, false, false]);
    assert_eq!(used("✓ 1234 5678   2345 6789\n3456 7890   4567 8901 ✓"), [true, false, false, true]);
    assert_eq!(used("~~1234 5678~~\n2345 6789"), [true, false]);
    assert_eq!(
        used("1\u{336}2\u{336}3\u{336}4\u{336}5\u{336}6\u{336}7\u{336}8\u{336}\n23456789"),
        [true, false]
    );
    assert_eq!(used("12345678 - verwendet am 22.11.2026\n23456789"), [true, false]);
}

#[test]
fn a_single_long_code_is_believed_where_the_text_speaks_of_it_or_is_nothing_else() {
    let microsoft =
        "Ihr neuer Code\nSichern Sie Ihren Wiederherstellungscode: ABCDE-FGHIJ-KLMNO-PQRST-UVWXY\nFertig";
    assert_eq!(codes(microsoft), ["ABCDE-FGHIJ-KLMNO-PQRST-UVWXY"]);
    assert_eq!(
        codes("Your recovery code\nk7fq 2mzx 9d3p hw4t r6bn 8vcy 5jsa e1gu\nStore it"),
        ["k7fq 2mzx 9d3p hw4t r6bn 8vcy 5jsa e1gu"]
    );
    assert_eq!(codes("4f9a2c7d1e8b"), ["4f9a2c7d1e8b"]);
    assert_eq!(codes("1234 5678"), ["1234 5678"]);
}

#[test]
fn prose_has_no_codes() {
    for text in [
        "",
        "Keep your account safe. Two-step sign-in is on since 2026-11-22.",
        "Order 4711-0815 was shipped on 2026-11-22. Call 555-123-4567.",
        "Version 128.0.3 build a1b2c3d4e5f6",
        "1. Open the app\n2. Scan the code\n3. Type the code that it shows",
        "This page will make sure that each user with more than two of them can keep some",
        "+49 30 123456\nhttps://a.example/b1c2d3e4",
    ] {
        assert_eq!(codes(text), Vec::<String>::new(), "{text}");
    }
}

/// A list of codes of one make.
fn any_list() -> impl Strategy<Value = Vec<String>> {
    let alphabet = prop::sample::select(vec![
        "0123456789",
        "0123456789abcdef",
        "ABCDEFGHJKLMNPQRSTUVWXYZ23456789",
        "abcdefghijkmnpqrstuvwxyz23456789",
    ]);
    let make = prop::sample::select(vec![
        (1, 8, ""),
        (1, 10, ""),
        (1, 16, ""),
        (2, 4, " "),
        (2, 4, "-"),
        (2, 5, "-"),
        (3, 4, "-"),
        (4, 4, "-"),
        (2, 6, "-"),
    ]);
    (alphabet, make, 5..17_usize, any::<u64>()).prop_map(
        |(alphabet, (groups, length, between), count, seed)| {
            let mut state = seed | 1;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(alphabet.as_bytes()[(state >> 33) as usize % alphabet.len()])
            };
            let mut list: Vec<String> = (0..count)
                .map(|_| {
                    (0..groups)
                        .map(|_| (0..length).map(|_| next()).collect::<String>())
                        .collect::<Vec<_>>()
                        .join(between)
                })
                .collect();
            list.sort();
            list.dedup();
            list
        },
    )
}

proptest! {
    #[test]
    fn whatever_the_list_looks_like_it_is_read_whole(list in any_list(), layout in 0..6_u8, prose in any::<bool>()) {
        let one = |(n, code): (usize, &String)| match layout {
            0 => code.clone(),
            1 => format!("{}. {code}", n + 1),
            2 => format!("  * {code}  "),
            3 => format!("| {} | {code} |", n + 1),
            4 => format!("[ ] {code}"),
            _ => format!("{code}{}", if n % 2 == 0 { "     " } else { "\n" }),
        };
        let text = list.iter().enumerate().map(one).collect::<Vec<_>>().join(if layout == 5 { "" } else { "\n" });
        let text = if prose {
            format!("Your backup codes\nKeep them in a safe place, each works once (2026-11-22).\n\n{text}\n\nNot here? Write to help@example.com or call us.")
        } else {
            text
        };
        prop_assert_eq!(codes(&text), list, "{}", text);
    }

    #[test]
    fn any_text_is_read_without_a_panic_and_gives_only_what_it_holds(text in "(.|[0-9a-f -]{4,12}|\n){0,200}") {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
        for found in read(&text) {
            let bare: String = found.code.expose().chars().filter(char::is_ascii_alphanumeric).collect();
            prop_assert!(plain.contains(&bare), "{:?}", text);
        }
    }
}
