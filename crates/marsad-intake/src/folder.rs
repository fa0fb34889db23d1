//! Folders: their files in the order of their names, those of folders within them at their place.

use crate::{Columns, Documents, Refusal, open};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The files of a folder in the order of their names, those of folders within it at their place; a folder that cannot be
/// opened stands for itself. Hidden files are passed over; a folder that links lead to twice is entered once.
pub fn files(folder: &str) -> impl Iterator<Item = PathBuf> + use<> {
    let (mut waiting, mut seen) = (vec![PathBuf::from(folder)], BTreeSet::new());
    std::iter::from_fn(move || {
        loop {
            let path = waiting.pop()?;
            if !path.is_dir() {
                return Some(path);
            }
            if !path.canonicalize().is_ok_and(|real| seen.insert(real)) {
                continue;
            }
            let Ok(entries) = fs::read_dir(&path) else { return Some(path) };
            let mut inside: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| p.file_name().is_some_and(|n| !n.to_string_lossy().starts_with('.'))).collect();
            inside.sort_unstable_by(|a, b| b.cmp(a));
            waiting.extend(inside);
        }
    })
}

/// The documents of all files of a folder.
pub fn documents(folder: &str, columns: &Columns) -> Documents {
    let mut all = files(folder).peekable();
    let refused = |file: &str, reason: String| -> Documents { Box::new(std::iter::once(Err(Refusal { file: file.to_owned(), line: None, reason }))) };
    if all.peek().is_none() {
        return refused(folder, "the folder holds no file; give one with articles".to_owned());
    }
    let columns = columns.clone();
    let of_file = move |path: PathBuf| {
        let name = path.to_string_lossy().into_owned();
        match fs::metadata(&path) {
            Ok(about) if about.is_dir() => {
                let reason = fs::read_dir(&path).err().map_or_else(String::new, |e| format!(": {e}"));
                refused(&name, format!("the folder cannot be opened{reason}; make it readable for you"))
            }
            // A pipe would be waited for without end; a link that leads nowhere says so when it is opened.
            Ok(about) if !about.is_file() => refused(&name, "it is no file".to_owned()),
            _ => open(&name, &columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal)))),
        }
    };
    Box::new(all.flat_map(of_file))
}
