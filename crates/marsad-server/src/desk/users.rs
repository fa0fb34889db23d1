use super::{Desk, now, secret};
use crate::Error;
use crate::who::Role;
use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::Argon2;
use rusqlite::{OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

/// The least characters of a password.
const PASSWORD: usize = 10;
/// Seconds after which one has to say again who one is.
const SESSION: i64 = 12 * 3600;

/// Somebody who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// By this they log in, and it stands at what they correct.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Seconds of the Unix clock.
    pub added: i64,
}

/// What a browser that came in holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The cookie's value.
    pub id: String,
    /// Seconds for which it is good.
    pub lasts: i64,
}

fn sum(id: &str) -> Vec<u8> {
    Sha256::digest(id).to_vec()
}

impl Desk {
    /// Whether there are users, so that all who ask have to be one of them.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_users(&self) -> Result<bool, Error> {
        self.db().query_row("SELECT EXISTS (SELECT 1 FROM user)", [], |r| r.get(0)).map_err(|e| self.wrap(e))
    }

    /// All users, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn users(&self) -> Result<Vec<User>, Error> {
        let db = self.db();
        let mut query = db.prepare("SELECT name, role, added FROM user ORDER BY name").map_err(|e| self.wrap(e))?;
        let row = |r: &rusqlite::Row| Ok(User { name: r.get(0)?, role: Role::named(&r.get::<_, String>(1)?).unwrap_or(Role::Reader), added: r.get(2)? });
        query.query_map([], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Lets somebody in from now on, or gives them a new password and role.
    ///
    /// # Errors
    /// When the name or the password will not do, or the file cannot be written.
    pub fn add_user(&self, name: &str, role: Role, password: &str) -> Result<(), Error> {
        if name.is_empty() || name.trim() != name || name.chars().any(char::is_control) {
            return Err(Error::User(format!("{name:?} is no name; give one without blanks around it")));
        }
        if password.chars().count() < PASSWORD {
            return Err(Error::User(format!("the password has fewer than {PASSWORD} characters; take a longer one")));
        }
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt).map_err(|e| Error::User(format!("the password cannot be kept ({e}); take another one")))?;
        let db = self.db();
        let sql = "INSERT INTO user (name, role, hash, added) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (name) DO UPDATE SET role = excluded.role, hash = excluded.hash";
        // Whoever has the old password goes out with it.
        db.execute("DELETE FROM session WHERE user = ?1", [name]).and_then(|_| db.execute(sql, params![name, role.name(), hash.to_string(), now()])).map(drop).map_err(|e| self.wrap(e))
    }

    /// Gives a user another role.
    ///
    /// # Errors
    /// When there is no such user, or the file cannot be written.
    pub fn set_role(&self, name: &str, role: Role) -> Result<(), Error> {
        let changed = self.db().execute("UPDATE user SET role = ?2 WHERE name = ?1", [name, role.name()]).map_err(|e| self.wrap(e))?;
        if changed == 0 { Err(unknown(name)) } else { Ok(()) }
    }

    /// Lets somebody in no longer; what they did stays on record.
    ///
    /// # Errors
    /// When there is no such user, or the file cannot be written.
    pub fn remove_user(&self, name: &str) -> Result<(), Error> {
        let gone = self.db().execute("DELETE FROM user WHERE name = ?1", [name]).map_err(|e| self.wrap(e))?;
        if gone == 0 { Err(unknown(name)) } else { Ok(()) }
    }

    /// Begins a session, if name and password are a user's. It takes as long where there is no such user.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn enter(&self, name: &str, password: &str) -> Result<Option<Session>, Error> {
        let known = self.db().query_row("SELECT hash FROM user WHERE name = ?1", [name], |r| r.get::<_, String>(0)).optional().map_err(|e| self.wrap(e))?;
        let Some(hash) = known else {
            let salt = SaltString::generate(&mut OsRng);
            let _ = Argon2::default().hash_password(password.as_bytes(), &salt);
            return Ok(None);
        };
        let right = PasswordHash::new(&hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok());
        if !right {
            return Ok(None);
        }
        let id = secret();
        let db = self.db();
        db.execute("DELETE FROM session WHERE expires < ?1", [now()])
            .and_then(|_| db.execute("INSERT INTO session (sum, user, expires) VALUES (?1, ?2, ?3)", params![sum(&id), name, now() + SESSION]))
            .map_err(|e| self.wrap(e))?;
        Ok(Some(Session { id, lasts: SESSION }))
    }

    /// Whose session that is.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn session(&self, id: &str) -> Result<Option<User>, Error> {
        let sql = "SELECT u.name, u.role, u.added FROM session s JOIN user u ON u.name = s.user WHERE s.sum = ?1 AND s.expires >= ?2";
        let row = |r: &rusqlite::Row| Ok(User { name: r.get(0)?, role: Role::named(&r.get::<_, String>(1)?).unwrap_or(Role::Reader), added: r.get(2)? });
        self.db().prepare_cached(sql).and_then(|mut s| s.query_row(params![sum(id), now()], row).optional()).map_err(|e| self.wrap(e))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn leave(&self, id: &str) -> Result<(), Error> {
        self.db().execute("DELETE FROM session WHERE sum = ?1", [sum(id)]).map(drop).map_err(|e| self.wrap(e))
    }
}

fn unknown(name: &str) -> Error {
    Error::User(format!("there is no user {name}; `marsad users list` has those there are"))
}
