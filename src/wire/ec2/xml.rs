//! Writes the elements of a reply.

use std::fmt::Display;

use quick_xml::escape::escape;

use crate::base::Time;
use crate::cloud::model::Tags;

/// Elements one after the other.
#[derive(Debug, Default)]
pub(super) struct Xml {
    text: String,
}

impl Xml {
    /// The elements that `fill` writes.
    pub(super) fn of(fill: impl FnOnce(&mut Self)) -> Self {
        let mut xml = Self::default();
        fill(&mut xml);
        xml
    }

    /// The reply of an action that has nothing to say but that it was done.
    pub(super) fn done() -> Self {
        Self::of(|xml| xml.value("return", true))
    }

    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.open(name);
        self.text.push_str(&escape(value));
        self.close(name);
    }

    /// A number or a flag.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        self.text(name, &value.to_string());
    }

    /// Nothing if there is no value.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// To the millisecond, as this service writes times.
    pub(super) fn time(&mut self, name: &str, time: Time) {
        self.text(name, &timestamp(time));
    }

    pub(super) fn within(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.open(name);
        fill(self);
        self.close(name);
    }

    /// A list of structures.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.within(name, |xml| {
            for item in items {
                xml.within("item", |xml| fill(xml, item));
            }
        });
    }

    /// A list of texts.
    pub(super) fn texts<T: AsRef<str>>(&mut self, name: &str, items: impl IntoIterator<Item = T>) {
        self.within(name, |xml| {
            for item in items {
                xml.text("item", item.as_ref());
            }
        });
    }

    /// Writes a list of tags, which is there but empty if there are none.
    pub(super) fn tags(&mut self, tags: &Tags) {
        self.list("tagSet", tags, |xml, (key, value)| {
            xml.text("key", key);
            xml.text("value", value);
        });
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    fn open(&mut self, name: &str) {
        self.text.extend(["<", name, ">"]);
    }

    fn close(&mut self, name: &str) {
        self.text.extend(["</", name, ">"]);
    }
}

/// `2026-01-01T00:00:00.000Z`
pub(super) fn timestamp(time: Time) -> String {
    let text = time.to_string();
    match text.strip_suffix('Z') {
        Some(seconds) if !seconds.contains('.') => format!("{seconds}.000Z"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_lists_have_items() {
        let xml = Xml::of(|xml| {
            xml.tags(&[("a<b".to_owned(), "\"&\"".to_owned())].into());
            xml.optional("absent", None);
            xml.texts("ids", ["x", "y"]);
            xml.time("at", Time::START);
        });
        assert_eq!(
            xml.as_str(),
            "<tagSet><item><key>a&lt;b</key><value>&quot;&amp;&quot;</value></item></tagSet>\
             <ids><item>x</item><item>y</item></ids><at>2026-01-01T00:00:00.000Z</at>"
        );
    }
}
