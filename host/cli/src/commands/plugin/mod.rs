//! `sdlc plugin`: making, testing, inspecting and pinning plugins. One subcommand a file.

mod add;
mod build;
mod component;
mod dev;
mod inspect;
mod list;
mod new;
mod pin;
mod publish;
mod remove;
mod run;
mod test;
mod update;
mod vendor;

use anyhow::Result;

use crate::{arguments::Global, console::Console, exit::Exit, plugin_arguments::Plugin};

pub(crate) fn plugin(command: &Plugin, global: &Global, console: Console) -> Result<Exit> {
    match command {
        Plugin::New(arguments) => new::new(arguments, console),
        Plugin::Build(arguments) => build::build(arguments, console),
        Plugin::Test(arguments) => test::test(arguments, console),
        Plugin::Run(arguments) => run::run(arguments, global, console),
        Plugin::Dev(arguments) => dev::dev(arguments, console),
        Plugin::Inspect(arguments) => inspect::inspect(arguments, global, console),
        Plugin::Add(arguments) => add::add(arguments, global, console),
        Plugin::Update(arguments) => update::update(arguments, global, console),
        Plugin::Remove(arguments) => remove::remove(arguments, global, console),
        Plugin::List => list::list(global, console),
        Plugin::Publish(arguments) => publish::publish(arguments, console),
        Plugin::Vendor => vendor::vendor(global, console),
    }
}
