//! [`export!`]: from the traits to the functions of the component.

use std::cell::RefCell;

use crate::{Error, Info, Plugin, Problem, settings};

/// The one configured plugin of an instance.
pub struct Slot<P>(RefCell<Option<P>>);

impl<P> Default for Slot<P> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

impl<P: Plugin> Slot<P> {
    /// `plugin.describe`.
    pub fn describe() -> Info {
        let mut info = P::info();
        info.settings_schema = Some(settings::schema::<P::Settings>());
        info
    }

    /// `plugin.configure`.
    ///
    /// # Errors
    /// What is wrong with the settings.
    pub fn configure(&self, settings: &str) -> Result<(), Vec<Problem>> {
        *self.0.borrow_mut() = Some(P::new(settings::parse(settings)?)?);
        Ok(())
    }

    /// Calls into the plugin.
    ///
    /// # Errors
    /// What the call returns, or that `configure` was not called.
    pub fn with<T>(&self, call: impl FnOnce(&P) -> Result<T, Error>) -> Result<T, Error> {
        call(self.0.borrow().as_ref().ok_or_else(unconfigured)?)
    }

    /// Calls into the plugin, which may change itself.
    ///
    /// # Errors
    /// What the call returns, or that `configure` was not called.
    pub fn with_mut<T>(&self, call: impl FnOnce(&mut P) -> Result<T, Error>) -> Result<T, Error> {
        call(self.0.borrow_mut().as_mut().ok_or_else(unconfigured)?)
    }
}

fn unconfigured() -> Error {
    Error::Other("called before `configure`".to_owned())
}

/// Makes a component of a plugin: `export!(MyGate: file_gate);`, or several kinds at once:
/// `export!(MyGate: file_gate, healer);`.
///
/// Kinds: `file_gate`, `workspace_gate`, `healer`, `scaling_policy`, `deploy_strategy`; and `deferral`, beside `file_gate`. Once a
/// crate.
#[macro_export]
macro_rules! export {
    ($plugin:ty: $($role:ident),+ $(,)?) => {
        const _: () = {
            ::std::thread_local! {
                static INSTANCE: $crate::InstanceSlot<$plugin> = ::std::default::Default::default();
            }

            struct Component;

            impl $crate::bindings::plugin::exports::sdlc::plugin::plugin::Guest for Component {
                fn describe() -> $crate::Info {
                    $crate::InstanceSlot::<$plugin>::describe()
                }

                fn rules(ids: ::std::vec::Vec<::std::string::String>) -> ::std::vec::Vec<$crate::Rule> {
                    <$plugin as $crate::Plugin>::rules(&ids)
                }

                fn configure(
                    settings: ::std::string::String,
                ) -> ::std::result::Result<(), ::std::vec::Vec<$crate::Problem>> {
                    INSTANCE.with(|instance| instance.configure(&settings))
                }
            }

            $crate::bindings::plugin::export!(Component with_types_in $crate::bindings::plugin);
            $( $crate::export_role!($role); )+
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! export_role {
    (file_gate) => {
        impl $crate::bindings::file_gate::exports::sdlc::plugin::file_gate::Guest for Component {
            fn select() -> $crate::Selection {
                let selection = INSTANCE.with(|instance| instance.with(|plugin| Ok($crate::FileGate::select(plugin))));
                // Nothing is selected before `configure`: the host never asks then.
                selection.unwrap_or_else(|_| $crate::Selection::of([]))
            }

            fn begin(
                project: $crate::Project,
            ) -> ::std::result::Result<::std::option::Option<::std::vec::Vec<u8>>, $crate::Error> {
                INSTANCE.with(|instance| instance.with_mut(|plugin| $crate::FileGate::begin(plugin, project)))
            }

            fn check(file: $crate::SourceFile) -> ::std::result::Result<$crate::Report, $crate::Error> {
                INSTANCE.with(|instance| instance.with(|plugin| $crate::FileGate::check(plugin, file)))
            }
        }

        $crate::bindings::file_gate::export!(Component with_types_in $crate::bindings::file_gate);
    };
    (deferral) => {
        impl $crate::bindings::deferral::exports::sdlc::plugin::deferral::Guest for Component {
            fn defer_formatting() -> bool {
                let defers = INSTANCE
                    .with(|instance| instance.with_mut(|plugin| Ok($crate::Deferral::defer_formatting(plugin))));
                // Nothing is deferred before `configure`: the host never asks then.
                defers.unwrap_or(false)
            }

            fn skip_formatting() -> bool {
                let skipped = INSTANCE
                    .with(|instance| instance.with_mut(|plugin| Ok($crate::Deferral::skip_formatting(plugin))));
                // As above.
                skipped.unwrap_or(false)
            }
        }

        $crate::bindings::deferral::export!(Component with_types_in $crate::bindings::deferral);
    };
    (workspace_gate) => {
        impl $crate::bindings::workspace_gate::exports::sdlc::plugin::workspace_gate::Guest for Component {
            fn check() -> ::std::result::Result<$crate::Report, $crate::Error> {
                INSTANCE.with(|instance| instance.with($crate::WorkspaceGate::check))
            }
        }

        $crate::bindings::workspace_gate::export!(Component with_types_in $crate::bindings::workspace_gate);
    };
    (healer) => {
        impl $crate::bindings::healer::exports::sdlc::plugin::healer::Guest for Component {
            fn heal(
                patient: $crate::Patient,
            ) -> ::std::result::Result<::std::vec::Vec<$crate::Treatment>, $crate::Error> {
                INSTANCE.with(|instance| instance.with(|plugin| $crate::Healer::heal(plugin, patient)))
            }
        }

        $crate::bindings::healer::export!(Component with_types_in $crate::bindings::healer);
    };
    (scaling_policy) => {
        impl $crate::bindings::scaling_policy::exports::sdlc::plugin::scaling_policy::Guest for Component {
            fn decide(
                observation: $crate::Observation,
            ) -> ::std::result::Result<$crate::ScalingDecision, $crate::Error> {
                INSTANCE.with(|instance| instance.with(|plugin| $crate::ScalingPolicy::decide(plugin, observation)))
            }
        }

        $crate::bindings::scaling_policy::export!(Component with_types_in $crate::bindings::scaling_policy);
    };
    (deploy_strategy) => {
        impl $crate::bindings::deploy_strategy::exports::sdlc::plugin::deploy_strategy::Guest for Component {
            fn next(rollout: $crate::Rollout) -> ::std::result::Result<$crate::RolloutDecision, $crate::Error> {
                INSTANCE.with(|instance| instance.with(|plugin| $crate::DeployStrategy::next(plugin, rollout)))
            }
        }

        $crate::bindings::deploy_strategy::export!(Component with_types_in $crate::bindings::deploy_strategy);
    };
}
