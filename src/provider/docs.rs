//! The reference pages of `docs/` in registry format, from the schemas and `examples/`.
//!
//! One definition feeds the schema, the checks and the page; `tests/docs` checks that the pages are fresh.

mod order; // the reading order of the guides

use std::collections::BTreeMap;
use std::fmt::Write as _;

pub use self::order::READING_ORDER;
use super::catalogue_page;
use crate::base::order::Order;
use crate::tf::provider::Signature;
use crate::tf::schema::{AttributeKind, IdentitySchema, Mode};
use crate::tf::{Attribute, Block, NestedBlock, Nesting, Provider, Schema, Type};

/// What is said of an argument that cannot be changed in place.
const REPLACES: &str = " Changing it replaces the resource.";

/// The example files by their path below `examples/`.
pub type Examples = BTreeMap<String, String>;

/// The guides by their path below `docs/`.
pub type Guides = BTreeMap<String, String>;

/// Every reference page by its path below `docs/`; the first one lists the guides.
#[must_use]
pub fn pages(provider: &dyn Provider, name: &str, examples: &Examples, guides: &Guides) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    pages.insert(catalogue_page::PATH.to_owned(), catalogue_page::page());
    pages.insert("index.md".to_owned(), provider_page(name, &provider.schema(), examples, guides));
    let short = |full: &str| full.strip_prefix(&format!("{name}_")).unwrap_or(full).to_owned();
    for (full, resource) in provider.resources() {
        let mut page = object_page(name, &full, "Resource", "resources", &resource.schema(), examples);
        page.push_str(&import_section(&full, resource.identity_schema().as_ref(), examples));
        pages.insert(format!("resources/{}.md", short(&full)), page);
    }
    for (full, source) in provider.data_sources() {
        let page = object_page(name, &full, "Data Source", "data-sources", &source.schema(), examples);
        pages.insert(format!("data-sources/{}.md", short(&full)), page);
    }
    for (full, ephemeral) in provider.ephemeral_resources() {
        let page = object_page(name, &full, "Ephemeral Resource", "ephemeral-resources", &ephemeral.schema(), examples);
        pages.insert(format!("ephemeral-resources/{}.md", short(&full)), page);
    }
    for (full, list) in provider.list_resources() {
        pages.insert(format!("list-resources/{}.md", short(&full)), list_page(name, &full, &list.schema(), examples));
    }
    for (full, action) in provider.actions() {
        let page = object_page(name, &full, "Action", "actions", &action.schema(), examples);
        pages.insert(format!("actions/{}.md", short(&full)), page);
    }
    for (function, definition) in provider.functions() {
        pages.insert(
            format!("functions/{function}.md"),
            function_page(name, &function, &definition.signature(), examples),
        );
    }
    pages
}

fn provider_page(name: &str, schema: &Schema, examples: &Examples, guides: &Guides) -> String {
    let description = &schema.block.description;
    let mut page = front_matter(&format!("{name} Provider"), None, description);
    let _ = write!(page, "# {name} Provider\n\n{description}\n");
    page.push_str(&example_section(examples, "provider/"));
    page.push_str(&guides_section(guides));
    page.push_str(&schema_section(&schema.block));
    page
}

/// A line for each guide, from its front matter, in reading order below the headings of its groups.
fn guides_section(guides: &Guides) -> String {
    let front = |text: &str, key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key).map(str::trim).map(str::to_owned));
        line.unwrap_or_default().trim_matches('"').to_owned()
    };
    let name = |path: &str| path.trim_start_matches("guides/").trim_end_matches(".md").to_owned();
    let mut pages: Vec<(&String, &String)> = guides.iter().collect();
    pages.order_by_key(|(path, _)| order::place_of(&name(path)));
    let mut section = String::new();
    let mut group = String::new();
    for (path, text) in pages {
        let of_page = front(text, "subcategory:");
        if of_page != group {
            let _ = write!(section, "\n### {of_page}\n\n");
            group = of_page;
        }
        let description = text.lines().skip_while(|line| !line.starts_with("description:")).nth(1).unwrap_or_default();
        let _ = writeln!(section, "- [{}]({path}): {}", front(text, "page_title:"), description.trim());
    }
    if section.is_empty() { section } else { format!("\n## Guides\n{section}") }
}

fn object_page(name: &str, full: &str, kind: &str, folder: &str, schema: &Schema, examples: &Examples) -> String {
    let description = &schema.block.description;
    let short = full.strip_prefix(&format!("{name}_")).unwrap_or(full);
    let mut page = front_matter(&format!("{full} {kind} - {name}"), Some(order::subcategory(short)), description);
    let _ = write!(page, "# {full} ({kind})\n\n{description}\n");
    if let Some(note) = &schema.block.deprecated {
        let _ = write!(page, "\n~> **Deprecated** {note}\n");
    }
    page.push_str(&example_section(examples, &format!("{folder}/{full}/")));
    let section = schema_section(&schema.block);
    // A data source has nothing to replace, even where it has the arguments of a resource.
    // Its results travel as plain lists of objects.
    let section_of_answer = || section.replace(REPLACES, "").replace("(Attributes List)", "(List of Object)");
    page.push_str(&if kind == "Resource" { section.clone() } else { section_of_answer() });
    page
}

/// What every list resource has in common.
const ABOUT_LISTS: &str = "A `list` block stands in a file `*.tfquery.hcl`, and `terraform query` (Terraform 1.14 and later) \
     runs it. The arguments below belong into its block `config`; without that block it finds all objects of the provider's \
     region. At most `limit` objects are found, 100 where the block has no `limit`. The guide \
     [Finding what is there](../guides/finding-what-is-there.md) shows how to bring them under management.";

fn list_page(name: &str, full: &str, schema: &Schema, examples: &Examples) -> String {
    let description = &schema.block.description;
    let short = full.strip_prefix(&format!("{name}_")).unwrap_or(full);
    let mut page =
        front_matter(&format!("{full} List Resource - {name}"), Some(order::subcategory(short)), description);
    let _ = write!(page, "# {full} (List Resource)\n\n{description}\n\n{ABOUT_LISTS}\n");
    page.push_str(&example_section(examples, &format!("list-resources/{full}/")));
    page.push_str(&schema_section(&schema.block));
    page
}

fn function_page(name: &str, function: &str, signature: &Signature, examples: &Examples) -> String {
    let mut page = front_matter(&format!("{function} function - {name}"), Some(""), signature.summary);
    let _ = write!(page, "# function: {function}\n\n{}\n", signature.description);
    page.push_str(&example_section(examples, &format!("functions/{function}/")));
    let parameters: Vec<String> =
        signature.parameters.iter().map(|p| format!("{} {}", p.name, words(&p.value_type).to_lowercase())).collect();
    let _ = write!(
        page,
        "\n## Signature\n\n```text\n{function}({}) {}\n```\n\n## Arguments\n\n",
        parameters.join(", "),
        words(&signature.result).to_lowercase()
    );
    for (place, parameter) in signature.parameters.iter().enumerate() {
        let _ = writeln!(
            page,
            "{}. `{}` ({}) {}",
            place + 1,
            parameter.name,
            words(&parameter.value_type),
            parameter.description
        );
    }
    page
}

fn front_matter(title: &str, subcategory: Option<&str>, description: &str) -> String {
    let first = description.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let subcategory = subcategory.map(|text| format!("subcategory: {text:?}\n")).unwrap_or_default();
    format!("---\npage_title: {title:?}\n{subcategory}description: |-\n  {first}\n---\n\n")
}

/// Every file of an example folder that a page shows, in order of name.
fn example_section(examples: &Examples, folder: &str) -> String {
    let files: Vec<&String> = examples
        .iter()
        .filter(|(path, _)| path.starts_with(folder) && is_hcl(path) && !path.contains("import"))
        .map(|(_, text)| text)
        .collect();
    if files.is_empty() {
        return String::new();
    }
    let blocks: Vec<String> = files.iter().map(|text| format!("```terraform\n{}\n```\n", text.trim_end())).collect();
    format!("\n## Example Usage\n\n{}", blocks.join("\n"))
}

fn is_hcl(path: &str) -> bool {
    let is_configuration = std::path::Path::new(path).extension().is_some_and(|extension| extension == "tf");
    is_configuration || path.ends_with(".tfquery.hcl")
}

fn import_section(full: &str, identity: Option<&IdentitySchema>, examples: &Examples) -> String {
    let file = |name: &str| examples.get(&format!("resources/{full}/{name}"));
    let mut section = String::new();
    if let Some(text) = file("import-by-identity.tf") {
        let _ = write!(
            section,
            "\nIn Terraform v1.12.0 and later, the [`import` block](https://developer.hashicorp.com/terraform/language/import) \
             can be used with the `identity` attribute, for example:\n\n```terraform\n{}\n```\n",
            text.trim_end()
        );
        section.push_str(&identity.map_or_else(String::new, identity_section));
    }
    if let Some(text) = file("import-by-string-id.tf") {
        let _ = write!(
            section,
            "\nIn Terraform v1.5.0 and later, the [`import` block](https://developer.hashicorp.com/terraform/language/import) \
             can be used with the `id` attribute, for example:\n\n```terraform\n{}\n```\n",
            text.trim_end()
        );
    }
    if let Some(text) = file("import.sh") {
        let _ = write!(
            section,
            "\nThe [`terraform import` command](https://developer.hashicorp.com/terraform/cli/commands/import) can be used, \
             for example:\n\n```shell\n{}\n```\n",
            text.trim_end()
        );
    }
    if section.is_empty() {
        section
    } else {
        format!("\n## Import\n\nImport is supported using the following syntax:\n{section}")
    }
}

fn identity_section(identity: &IdentitySchema) -> String {
    let mut section = "\n### Identity Schema\n".to_owned();
    for (title, required) in [("Required", true), ("Optional", false)] {
        let of_group: Vec<_> = identity.attributes.iter().filter(|a| a.required_for_import == required).collect();
        if !of_group.is_empty() {
            let _ = write!(section, "\n#### {title}\n\n");
        }
        for attribute in of_group {
            let kind = words(&attribute.value_type);
            let _ = writeln!(section, "- `{}` ({kind}) {}", attribute.name, attribute.description);
        }
    }
    section
}

fn schema_section(block: &Block) -> String {
    let mut page = "\n## Schema\n".to_owned();
    let mut nested = Vec::new();
    page.push_str(&groups(block, "### ", "", &mut nested));
    // Sections of nested schemas follow in the order in which they are mentioned, their own nested ones right behind.
    while !nested.is_empty() {
        let (anchor, path, inner) = nested.remove(0);
        let mut deeper = Vec::new();
        let _ = write!(page, "\n<a id=\"{anchor}\"></a>\n### Nested Schema for `{path}`\n");
        page.push_str(&groups(&inner, "", &path, &mut deeper));
        nested.splice(0..0, deeper);
    }
    page
}

type NestedSections = Vec<(String, String, Block)>;

/// The three groups of arguments, each in alphabetical order.
fn groups(block: &Block, heading: &str, path: &str, nested: &mut NestedSections) -> String {
    let mut lines: BTreeMap<(usize, &str), String> = BTreeMap::new();
    for attribute in &block.attributes {
        let group = match attribute.mode {
            Mode::Required => 0,
            Mode::Optional | Mode::OptionalComputed => 1,
            Mode::Computed => 2,
        };
        lines.insert((group, &*attribute.name), attribute_line(attribute, path, nested));
    }
    for inner in &block.blocks {
        lines.insert((usize::from(inner.min_items == 0), &*inner.name), block_line(inner, path, nested));
    }
    let mut text = String::new();
    for (group, title) in ["Required", "Optional", "Read-Only"].iter().enumerate() {
        let of_group: Vec<&String> = lines.iter().filter(|((g, _), _)| *g == group).map(|(_, line)| line).collect();
        if !of_group.is_empty() {
            let colon = if heading.is_empty() { ":" } else { "" };
            let _ = write!(text, "\n{heading}{title}{colon}\n\n");
            for line in of_group {
                text.push_str(line);
            }
        }
    }
    // Sections below come in the order of their names, as the lines do.
    nested.order_by(|a, b| a.1.cmp(&b.1));
    text
}

fn attribute_line(attribute: &Attribute, path: &str, nested: &mut NestedSections) -> String {
    let mut properties = vec![kind_words(&attribute.kind)];
    if attribute.sensitive {
        properties.push("Sensitive".to_owned());
    }
    if attribute.write_only {
        properties.push("Write-only".to_owned());
    }
    if attribute.deprecated.is_some() {
        properties.push("Deprecated".to_owned());
    }
    let mut line = format!("- `{}` ({}) {}", attribute.name, properties.join(", "), attribute.description);
    if attribute.requires_replace {
        line.push_str(REPLACES);
    }
    if let Some(note) = &attribute.deprecated {
        let _ = write!(line, " {note}");
    }
    if let AttributeKind::Nested(_, attributes) = &attribute.kind {
        let (anchor, inner_path) = anchor("nestedatt", path, &attribute.name);
        let _ = write!(line, " (see [below for nested schema](#{anchor}))");
        nested.push((anchor, inner_path, Block { attributes: attributes.clone(), ..Block::default() }));
    }
    line.push('\n');
    line
}

fn block_line(inner: &NestedBlock, path: &str, nested: &mut NestedSections) -> String {
    let (anchor, inner_path) = anchor("nestedblock", path, &inner.name);
    let mut kind = match inner.nesting {
        Nesting::Single | Nesting::Group => "Block".to_owned(),
        Nesting::List => "Block List".to_owned(),
        Nesting::Set => "Block Set".to_owned(),
        Nesting::Map => "Block Map".to_owned(),
    };
    if inner.min_items > 0 {
        let _ = write!(kind, ", Min: {}", inner.min_items);
    }
    if inner.max_items > 0 {
        let _ = write!(kind, ", Max: {}", inner.max_items);
    }
    let replaces = if inner.requires_replace { REPLACES } else { "" };
    let line = format!(
        "- `{}` ({kind}) {}{replaces} (see [below for nested schema](#{anchor}))\n",
        inner.name, inner.block.description
    );
    nested.push((anchor, inner_path, inner.block.clone()));
    line
}

fn anchor(kind: &str, path: &str, name: &str) -> (String, String) {
    let inner = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    (format!("{kind}--{}", inner.replace('.', "--")), inner)
}

fn kind_words(kind: &AttributeKind) -> String {
    match kind {
        AttributeKind::Plain(plain) => words(plain),
        AttributeKind::Nested(Nesting::Single | Nesting::Group, _) => "Attributes".to_owned(),
        AttributeKind::Nested(Nesting::List, _) => "Attributes List".to_owned(),
        AttributeKind::Nested(Nesting::Set, _) => "Attributes Set".to_owned(),
        AttributeKind::Nested(Nesting::Map, _) => "Attributes Map".to_owned(),
    }
}

fn words(value_type: &Type) -> String {
    match value_type {
        Type::Bool => "Boolean".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::String => "String".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(inner) => format!("List of {}", words(inner)),
        Type::Set(inner) => format!("Set of {}", words(inner)),
        Type::Map(inner) => format!("Map of {}", words(inner)),
        Type::Tuple(_) => "Tuple".to_owned(),
        Type::Object(_) => "Object".to_owned(),
    }
}
