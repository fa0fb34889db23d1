//! While the server runs, other programs bring reports in; one that was ended before it grouped them leaves that to us.

use marsad_ledger::{Error, Ledger};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often it is looked whether there is something to group.
const OFTEN: Duration = Duration::from_secs(10);

/// Looks for ever.
pub async fn tend(folder: PathBuf) {
    let mut clock = tokio::time::interval(OFTEN);
    loop {
        clock.tick().await;
        let folder = folder.clone();
        // What goes wrong goes wrong for every reader as well, who is told of it; the next look tries again.
        let _ = tokio::task::spawn_blocking(move || group(&folder)).await;
    }
}

/// Groups the reports that are not grouped yet, unless another program is writing.
fn group(folder: &Path) -> Result<(), Error> {
    if Ledger::read(folder)?.is_grouped()? {
        return Ok(());
    }
    match Ledger::open(folder) {
        Ok(mut ledger) => {
            ledger.group()?;
            ledger.close()
        }
        Err(Error::Busy(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
