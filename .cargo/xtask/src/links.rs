//! What the pages of text name is there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, root};

/// Checks that each file which a page links to exists.
pub(crate) fn check() -> Outcome {
    let mut pages = Vec::new();
    find_pages(&root(), &mut pages)?;
    let mut dead = Vec::new();
    for page in &pages {
        let text = fs::read_to_string(page).map_err(|error| failed(page, &error))?;
        let folder = page.parent().unwrap_or(page);
        let missing = links(&text).filter(|link| !folder.join(link).exists());
        dead.extend(missing.map(|link| format!("{} links to {link}", page.display())));
    }
    if dead.is_empty() {
        return Ok(());
    }
    Err(format!("links that lead nowhere:\n{}", dead.join("\n")))
}

/// The pages below a folder, without what is built, installed or hidden.
fn find_pages(folder: &Path, pages: &mut Vec<PathBuf>) -> Outcome {
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || matches!(&*name, "target" | "node_modules" | "dist") {
            continue;
        }
        if path.is_dir() {
            find_pages(&path, pages)?;
        } else if name.ends_with(".md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// The files that a text links to: `[words](path#place)`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let target = &rest[..rest.find(')')?];
        let path = target.split('#').next().unwrap_or_default();
        let is_file = !path.is_empty() && !path.contains([':', ' ', '\n']);
        is_file.then_some(path)
    })
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_found_and_others_left_alone() {
        let text =
            "a [b](c/d.rs) [`e`](../f.md#place), [g](https://h.example) [i](#j) [k](mailto:l)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["c/d.rs", "../f.md"]);
    }
}
