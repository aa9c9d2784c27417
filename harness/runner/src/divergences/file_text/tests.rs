//! Edits of every layout that people write divergences in.

use super::*;

fn replace(ids: &[&str]) -> PatternEdit {
    PatternEdit::Replace(ids.iter().map(|id| id.parse().unwrap()).collect())
}

fn narrowed(vectors: &str, edits: Vec<PatternEdit>) -> String {
    let text = format!("[[divergence]]\nvectors = {vectors} # why\nseen = \"x\"\n");
    let edited = edited(&text, &[EntryEdit::Narrow(edits)]).unwrap();
    toml::from_str::<toml::Table>(&edited).unwrap();
    let inside = edited.strip_prefix("[[divergence]]\nvectors = ").unwrap();
    inside
        .strip_suffix(" # why\nseen = \"x\"\n")
        .unwrap()
        .to_owned()
}

const FILE: &str = "\
# Speaks of the file.
[[divergence]] # one
vectors=['a']   # of one
seen = \"x\"
# below one

# above two
# and again
[[ divergence ]]
seen = \"y\"
vectors = [\"b\"]


[[divergence]]
vectors = [\"c\"] # of three
# the end
";

#[test]
fn an_entry_goes_with_the_comment_right_above_it_and_no_other() {
    use EntryEdit::{Keep, Remove};
    insta::assert_snapshot!(edited(FILE, &[Keep, Remove, Keep]).unwrap(), @r#"
        # Speaks of the file.
        [[divergence]] # one
        vectors=['a']   # of one
        seen = "x"
        # below one

        [[divergence]]
        vectors = ["c"] # of three
        # the end
        "#);
    insta::assert_snapshot!(edited(FILE, &[Remove, Keep, Remove]).unwrap(), @r#"
        # Speaks of the file.
        # below one

        # above two
        # and again
        [[ divergence ]]
        seen = "y"
        vectors = ["b"]


        # the end
        "#);
    insta::assert_snapshot!(edited(FILE, &[Remove, Remove, Remove]).unwrap(), @r#"
        # Speaks of the file.
        # below one

        # the end
        "#);
}

#[test]
fn entries_that_stay_stay_octet_for_octet() {
    use EntryEdit::{Keep, Remove};
    assert_eq!(edited(FILE, &[Keep, Keep, Keep]).unwrap(), FILE);
    let crlf = FILE.replace('\n', "\r\n");
    let expected = edited(FILE, &[Keep, Remove, Keep]).unwrap();
    assert_eq!(
        edited(&crlf, &[Keep, Remove, Keep]).unwrap(),
        expected.replace('\n', "\r\n")
    );
}

#[test]
fn patterns_on_one_line_stay_there_unless_one_becomes_ids() {
    use PatternEdit::{Keep, Remove};
    let vectors = "[\"a\", 'b' ,\"c\"]";
    assert_eq!(narrowed(vectors, vec![Remove, Keep, Keep]), "['b', \"c\"]");
    let edits = vec![replace(&["a/okta/es256", "a/okta/es384"]), Keep, Remove];
    assert_eq!(
        narrowed(vectors, edits),
        "[\n    \"a/okta/es256\",\n    \"a/okta/es384\",\n    'b',\n]"
    );
}

#[test]
fn patterns_on_lines_of_their_own_go_with_their_line() {
    use PatternEdit::{Keep, Remove};
    let vectors = "[\n  # all, of them\n  \"a\", # one, say\n  \"b\" # no comma\n  ,\n  \"c\", \"d\",\n  \"e\" # last\n]";
    let edits = vec![
        Remove,
        replace(&["b/okta/es256", "b/okta/es384"]),
        Keep,
        Remove,
        Remove,
    ];
    insta::assert_snapshot!(narrowed(vectors, edits), @r#"
        [
          # all, of them
          "b/okta/es256",
          "b/okta/es384" # no comma
          ,
          "c",
        ]
        "#);
    let edits = vec![
        Keep,
        Remove,
        Remove,
        Keep,
        replace(&["e/okta/es256", "e/okta/es384"]),
    ];
    insta::assert_snapshot!(narrowed(vectors, edits), @r#"
        [
          # all, of them
          "a", # one, say
          "d",
          "e/okta/es256",
          "e/okta/es384" # last
        ]
        "#);
}

#[test]
fn new_entries_come_last_and_stand_apart() {
    let entries = ["a = 1\n".to_owned(), "b = 2\n".to_owned()];
    assert_eq!(extended("", &entries), "a = 1\n\nb = 2\n");
    assert_eq!(
        extended("x = 0\n# end\n", &entries),
        "x = 0\n# end\n\na = 1\n\nb = 2\n"
    );
    assert_eq!(extended("x = 0", &entries), "x = 0\n\na = 1\n\nb = 2\n");
    assert_eq!(
        extended("x = 0\r\n", &entries[..1]),
        "x = 0\r\n\r\na = 1\r\n"
    );
    assert_eq!(extended("x = 0 ", &[]), "x = 0 ");
}

#[test]
fn entries_that_are_no_tables_of_their_own_are_not_edited() {
    let text = "divergence = [{ vectors = [\"a\"] }]\n";
    assert_eq!(edited(text, &[EntryEdit::Keep]), None);
}
