//! Who may do what: kinds of principal, the scopes each kind can hold, and the actor behind a request.

use std::fmt;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item])* $variant),* }
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.code() == code)
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// A principal is exactly one of these.
    PrincipalKind {
        /// A company that owes reports; bound to one NIT.
        Reporter = "reporter",
        /// Drafts and approves acts, reviews cases.
        Regulator = "regulator",
        /// Runs the service: keys and nothing of substance.
        Operator = "operator",
        /// Reads everything, changes nothing.
        Auditor = "auditor",
        /// Builds on the public data: a free key.
        Developer = "developer",
    }
}

codes! {
    Scope {
        ReportsWrite = "reports:write",
        ReportsReadOwn = "reports:read.own",
        CasesReply = "cases:reply",
        ActsDraft = "acts:draft",
        ActsApprove = "acts:approve",
        CasesReview = "cases:review",
        CasesConfirm = "cases:confirm",
        ReportsRead = "reports:read",
        KeysAdmin = "keys:admin",
        OpsRead = "ops:read",
        AuditRead = "audit:read",
        WatchesOwn = "watches:own",
    }
}

impl PrincipalKind {
    /// What a key of this kind may be given; the database refuses anything else.
    pub fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Reporter => &[Scope::ReportsWrite, Scope::ReportsReadOwn, Scope::CasesReply],
            Self::Regulator => {
                &[Scope::ActsDraft, Scope::ActsApprove, Scope::CasesReview, Scope::CasesConfirm, Scope::ReportsRead]
            }
            Self::Operator => &[Scope::KeysAdmin, Scope::OpsRead],
            Self::Auditor => &[Scope::AuditRead, Scope::ReportsRead],
            Self::Developer => &[Scope::WatchesOwn],
        }
    }

    /// The longest a key of this kind may live.
    pub(crate) fn days_max(self) -> i32 {
        if self == Self::Regulator { 90 } else { 365 }
    }
}

/// The principal of a request, found by its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub principal: String,
    pub key: String,
    pub kind: PrincipalKind,
    pub name: String,
    /// Digits of the NIT, without check digit; reporters only.
    pub nit: Option<String>,
    pub scopes: Vec<Scope>,
}

impl Actor {
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_kind_both_makes_keys_and_makes_law() {
        for kind in PrincipalKind::ALL {
            let scopes = kind.scopes();
            let law = scopes.iter().any(|scope| scope.code().starts_with("acts:"));
            assert!(!(law && scopes.contains(&Scope::KeysAdmin)), "{kind}");
        }
    }

    #[test]
    fn every_scope_belongs_to_some_kind() {
        for scope in Scope::ALL {
            assert!(PrincipalKind::ALL.iter().any(|kind| kind.scopes().contains(scope)), "{scope}");
        }
    }
}
