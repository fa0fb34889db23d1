//! Folders: their files in the order of their names, those of folders within them at their place.

use crate::{Columns, Documents, Refusal, open};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// The documents of all files of a folder. Hidden files are passed over; a folder that links lead to twice is read once.
pub fn documents(path: &str, columns: &Columns) -> Documents {
    let (columns, top) = (columns.clone(), path.to_owned());
    let (mut waiting, mut seen, mut any) = (vec![PathBuf::from(path)], BTreeSet::new(), false);
    let files = std::iter::from_fn(move || {
        loop {
            let Some(path) = waiting.pop() else {
                let refusal = Refusal { file: top.clone(), line: None, reason: "the folder holds no file; give one with articles".to_owned() };
                return (!std::mem::replace(&mut any, true)).then(|| -> Documents { Box::new(std::iter::once(Err(refusal))) });
            };
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                if !path.canonicalize().is_ok_and(|real| seen.insert(real)) {
                    continue;
                }
                let mut inside: Vec<PathBuf> = match fs::read_dir(&path) {
                    Ok(entries) => entries.flatten().map(|e| e.path()).filter(|p| p.file_name().is_some_and(|n| !n.to_string_lossy().starts_with('.'))).collect(),
                    Err(e) => {
                        any = true;
                        return Some(Box::new(std::iter::once(Err(Refusal { file: name, line: None, reason: format!("the folder cannot be opened: {e}; make it readable for you") }))));
                    }
                };
                inside.sort_unstable_by(|a, b| b.cmp(a));
                waiting.extend(inside);
                continue;
            }
            any = true;
            // A pipe would be waited for without end; a link that leads nowhere says so when it is opened.
            if fs::metadata(&path).is_ok_and(|m| !m.is_file()) {
                return Some(Box::new(std::iter::once(Err(Refusal { file: name, line: None, reason: "it is no file".to_owned() }))));
            }
            return Some(open(&name, &columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal)))));
        }
    });
    Box::new(files.flatten())
}
