//! `marsad users`: who may come into the pages, and what they may do there.

use crate::LedgerArgs;
use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use marsad_ledger::feeds::clock;
use marsad_server::desk::Desk;
use marsad_server::who::Role;
use std::io::Write as _;

#[derive(Debug, Args)]
pub struct UsersArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(subcommand)]
    command: Option<UsersCommand>,
}

#[derive(Debug, Subcommand)]
pub enum UsersCommand {
    /// Let somebody in, or give them a new password; it is read from the standard input, or from the variable MARSAD_PASSWORD.
    Add {
        /// By this they log in, and it stands at what they correct.
        name: String,
        /// What they may do: read; and correct; and see the record.
        #[arg(long, value_enum, default_value_t = RoleName::Reader)]
        role: RoleName,
    },
    /// Print them.
    List,
    /// Let somebody in no longer; what they did stays on record.
    Remove {
        /// Who.
        name: String,
    },
    /// Give somebody another role.
    Role {
        /// Who.
        name: String,
        /// Which.
        #[arg(value_enum)]
        role: RoleName,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleName {
    Reader,
    Editor,
    Admin,
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            Self::Reader => Role::Reader,
            Self::Editor => Role::Editor,
            Self::Admin => Role::Admin,
        }
    }
}

fn password() -> anyhow::Result<String> {
    if let Ok(password) = std::env::var("MARSAD_PASSWORD") {
        return Ok(password);
    }
    eprint!("password: ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the password cannot be read; type it, or set the variable MARSAD_PASSWORD")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Runs the command.
pub fn run(args: &UsersArgs) -> anyhow::Result<bool> {
    let folder = args.ledger.folder();
    anyhow::ensure!(folder.join(marsad_ledger::FILE).is_file(), marsad_ledger::Error::Missing(folder));
    let desk = Desk::open(&folder)?;
    let mut out = std::io::stdout().lock();
    match &args.command {
        None | Some(UsersCommand::List) => {
            for user in desk.users()? {
                writeln!(out, "{:<8} since {}  {}", user.role.name(), clock(user.added), user.name)?;
            }
            return Ok(true);
        }
        Some(UsersCommand::Add { name, role }) => desk.add_user(name, role.role(), &password()?)?,
        Some(UsersCommand::Remove { name }) => desk.remove_user(name)?,
        Some(UsersCommand::Role { name, role }) => desk.set_role(name, role.role())?,
    }
    let by = std::env::var("USER").unwrap_or_default();
    desk.note(&by, &format!("marsad users {:?}", args.command))?;
    Ok(true)
}
