//! Codes that are typed on real pages and are no authenticator's, in the words of many languages: none is filled, whatever
//! its field is called. Held by [`others.txt`](others.txt); the module is nothing but its test.

use super::field::shown;
use super::{Class, Context, Field, PageFields, Wanted, detect};

const ROWS: &str = include_str!("others.txt");
/// How codes are delivered that second factors have too: the name of the field says nothing about that.
const DELIVERED: [&str; 4] = ["sms", "email", "call", "whatsapp"];

#[test]
fn a_code_is_told_by_what_is_said_of_it_and_not_by_its_field_s_name() {
    let mut wrong = Vec::new();
    for row in ROWS.lines().filter(|row| !row.starts_with('#')) {
        let [_, kind, heading, said, label, button] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
        let context = Context {
            heading: heading.into(),
            before: format!("{said}\n{label}"),
            actions: format!("{button}|OK"),
            ..Context::default()
        };
        for (name, autocomplete) in
            [("otp", "one-time-code"), ("code", ""), ("input1", "one-time-code"), ("twofactor_code", "")]
        {
            if name == "twofactor_code" && kind != "app" && !DELIVERED.contains(&kind) {
                continue;
            }
            let filled = fills(&field(name, autocomplete, label), &context);
            if filled != (kind == "app") {
                wrong.push(format!("{row} as {name}"));
            }
        }
        let boxes: Vec<Field> = (0..6)
            .map(|n| Field {
                n,
                max_length: Some(1),
                w: 30,
                x: 40 * i32::try_from(n).unwrap(),
                ..field(&format!("otp{n}"), "", if n == 0 { label } else { "" }).remove(0)
            })
            .collect();
        if fills(&boxes, &context) != (kind == "app") {
            wrong.push(format!("{row} in boxes"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn fills(fields: &[Field], context: &Context) -> bool {
    let page =
        PageFields { fields: fields.to_vec(), contexts: vec![context.clone()], ..PageFields::default() };
    matches!(
        detect(&page, &Wanted { digits: 6, steam: false }).class,
        Class::Totp { .. } | Class::SplitTotp { .. }
    )
}

fn field(name: &str, autocomplete: &str, label: &str) -> Vec<Field> {
    vec![Field {
        name: name.into(),
        autocomplete: autocomplete.into(),
        label: label.into(),
        inputmode: "numeric".into(),
        ..shown()
    }]
}
