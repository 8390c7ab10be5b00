//! [`Recovery`]: tells what is wrong with a running service, and has it healed.

use std::{
    collections::BTreeMap,
    pin::Pin,
    time::{Duration, Instant},
};

use anyhow::Result;
use sdlc_config::recover::Recover;
use sdlc_deploy::live::now;
use sdlc_model::{
    reading::Reading,
    treatment::{Action, Incident, IncidentKind, Treatment},
};
use sdlc_monitor::detect::{Detector, Symptom, Thresholds};
use sdlc_report::text;
use sdlc_resilience::incident;

use super::{acting::Ready, healer::Healer, ledger, ledger::Ledger, words};
use crate::{
    arguments::Global,
    console::{Console, chain},
    deploying::site::Site,
    incidents,
    moment::local,
    monitoring::watch::Look,
};

/// Between two attempts to go on with what another process began.
const SETTLING: Duration = Duration::from_secs(60);

type Key = (IncidentKind, Option<String>);

/// Something that is being done. Ends with why it could not be.
struct UnderWay<'a> {
    /// When it began, and about what; none: another process began it.
    about: Option<(u64, Key)>,
    doing: Pin<Box<dyn Future<Output = Option<String>> + 'a>>,
}

/// Something that was done, and of which nobody knows yet whether it helped.
struct Open {
    of: u64,
    key: Key,
    actions: String,
    /// When it counts as having helped. Of a clock that nobody sets.
    until: Instant,
}

/// Tells what is wrong with a running service, and has it healed.
pub(crate) struct Recovery<'a> {
    site: &'a Site<'a>,
    global: &'a Global,
    console: Console,
    detector: Detector,
    /// None: incidents are only told.
    healer: Option<Healer>,
    ledger: Ledger,
    under_way: Option<UnderWay<'a>>,
    open: Vec<Open>,
    /// Why nothing was done about something, as it was told last.
    told: BTreeMap<Key, String>,
    /// Nothing is tried before.
    next: Instant,
    /// What another process began is not gone on with before: where that fails, the healer has its turn.
    next_settling: Instant,
}

impl<'a> Recovery<'a> {
    /// `heal`: what the healer proposes is done, as far as it is allowed.
    pub(crate) async fn of(site: &'a Site<'a>, heal: bool, global: &'a Global, console: Console) -> Result<Self> {
        let environment = site.environment;
        let healer = match heal {
            true => Some(Healer::of(site.project, environment, global).await?),
            false => None,
        };
        let detector = Detector::new(thresholds(&environment.recover));
        let ledger = Ledger::open(&site.directory)?;
        let (under_way, open, told) = (None, Vec::new(), BTreeMap::new());
        let (next, next_settling) = (Instant::now(), Instant::now());
        Ok(Self { site, global, console, detector, healer, ledger, under_way, open, told, next, next_settling })
    }

    /// Tells what is wrong since now, and what is over. While something is done about it, readings say nothing.
    pub(crate) fn observe(&mut self, reading: &Reading) {
        if self.under_way.is_some() {
            return;
        }
        let changes = self.detector.observe(reading);
        for symptom in &changes.begun {
            self.tell_now(&format!("incident  {}", text::line(&words::symptom(symptom))));
            self.keep(symptom);
        }
        for symptom in &changes.ended {
            let key = (symptom.kind, symptom.replica.clone());
            self.tell_now(&format!("over      {}", text::line(&words::symptom(symptom))));
            self.told.remove(&key);
            self.solved(symptom.kind, "nothing: it passed");
        }
        self.judge(reading.at);
    }

    /// Begins to do something about what is wrong, where something may be done. Returns at once.
    pub(crate) async fn turn(&mut self, look: &Look, reading: &Reading) {
        if self.healer.is_none() || self.under_way.is_some() || look.deploying || Instant::now() < self.next {
            return;
        }
        if look.scaling && Instant::now() >= self.next_settling {
            // What was begun may have left a replica out, which no healer would ask for.
            if let Ok(ready) = self.settle(look).await {
                self.tell_now("heal      going on with a change of replicas that was not over");
                self.next_settling = Instant::now() + SETTLING;
                self.under_way = Some(UnderWay { about: None, doing: Box::pin(ready.act()) });
                return;
            }
        }
        for symptom in self.detector.active() {
            match self.treat(look, reading, &symptom).await {
                Ok(()) => return,
                Err(error) => self.tell(&symptom, &chain(&error)),
            }
        }
        self.next = Instant::now() + self.site.environment.recover.lasting.min(Duration::from_secs(10));
    }

    /// What was begun is over. Never, where nothing was.
    pub(crate) async fn over(&mut self) {
        let Some(under_way) = &mut self.under_way else { return std::future::pending().await };
        let error = under_way.doing.as_mut().await;
        let Some(UnderWay { about, .. }) = self.under_way.take() else { return };
        let at = now();
        let said = error.as_ref().map_or_else(|| "done".to_owned(), |error| format!("failed: {error}"));
        self.tell_now(&format!("heal      {}", text::line(&said)));
        let Some((of, key)) = about else { return };
        self.write(|ledger| ledger.end(of, at, error.clone()));
        // What was seen before says nothing about what there is now.
        self.detector.forget(key.1.as_deref());
        if error.is_none() {
            let actions = self.ledger.recoveries().iter().rfind(|recovery| recovery.at == of);
            let actions = actions.map(|recovery| recovery.actions.join(", ")).unwrap_or_default();
            let until = Instant::now() + 2 * self.site.environment.recover.lasting;
            self.open.push(Open { of, key, actions, until });
        }
    }

    /// Whether something was begun that is not over.
    pub(crate) fn is_busy(&self) -> bool {
        self.under_way.is_some()
    }

    async fn settle(&self, look: &Look) -> Result<Ready<'a>> {
        let (actions, reason) = (vec![Action::Scale(look.counted.asked)], "a change that was not over".to_owned());
        Ready::new(self.site, &look.counted.release, actions, reason, self.global, self.console).await
    }

    /// Begins, or says why not.
    async fn treat(&mut self, look: &Look, reading: &Reading, symptom: &Symptom) -> Result<()> {
        let Some(healer) = &self.healer else { return Ok(()) };
        let environment = self.site.environment;
        let incident = Incident {
            environment: environment.name.clone(),
            service: environment.service.project.clone(),
            replica: symptom.replica.clone(),
            kind: symptom.kind,
            evidence: words::evidence(symptom, &self.facts(look, reading, symptom)),
        };
        let treatments = healer.ask(incident).await.map_err(|error| anyhow::anyhow!("the healer failed: {error}"))?;
        let Treatment { summary, actions } = self.choose(treatments)?;
        let most = environment.recover.most_per_hour;
        if self.ledger.within_an_hour(now()) >= usize::try_from(most).unwrap_or(usize::MAX) {
            let name = &environment.name;
            let done = if most == 1 { "1 thing was".to_owned() } else { format!("{most} things were") };
            anyhow::bail!("{done} done within an hour; hint: `most-per-hour` of `environments.{name}.recover`");
        }
        let release = &look.counted.release;
        let names: Vec<_> = actions.iter().map(|action| words::action(action).to_owned()).collect();
        let ready = Ready::new(self.site, release, actions, summary.clone(), self.global, self.console).await?;
        let of = now();
        self.tell_now(&format!("heal      {}: {}", names.join(", "), text::line(&summary)));
        self.ledger.begin(ledger::Recovery {
            at: of,
            version: reading.version.clone(),
            kind: symptom.kind,
            replica: symptom.replica.clone(),
            evidence: symptom.evidence.clone(),
            actions: names,
            summary,
            ended: None,
            effect: None,
        })?;
        let key = (symptom.kind, symptom.replica.clone());
        self.under_way = Some(UnderWay { about: Some((of, key)), doing: Box::pin(ready.act()) });
        Ok(())
    }

    /// The first that is allowed as a whole. Those before it are told.
    fn choose(&self, treatments: Vec<Treatment>) -> Result<Treatment> {
        let name = &self.site.environment.name;
        let allow = &self.site.environment.recover.allow;
        let mut denied = Vec::new();
        for treatment in treatments {
            let may = |word: &str| allow.iter().any(|allowed| allowed.as_str() == word);
            let mut words = treatment.actions.iter().map(words::action);
            match words.find(|word| !may(word)) {
                None if !treatment.actions.is_empty() => return Ok(treatment),
                None => {}
                Some(word) => denied.push(word),
            }
        }
        if denied.is_empty() {
            anyhow::bail!("the healer has nothing left to propose");
        }
        let all = allow.iter().map(|allowed| allowed.as_str()).chain(denied.iter().copied());
        let all: Vec<_> = all.map(|word| format!("\"{word}\"")).collect();
        let hint = format!("hint: `allow = [{}]` in `[environments.{name}.recover]`", all.join(", "));
        anyhow::bail!("`{}` is proposed, and not allowed; {hint}", denied.join("`, `"))
    }

    fn facts(&self, look: &Look, reading: &Reading, symptom: &Symptom) -> BTreeMap<&'static str, String> {
        let alike = self.detector.active().iter().filter(|other| other.kind == symptom.kind).count();
        let mut facts = words::facts(reading);
        facts.insert("alike", alike.to_string());
        facts.insert("kept", look.kept.to_string());
        facts.insert("tried", self.ledger.in_vain(now(), symptom.kind, &reading.version).join(", "));
        if let Some(since) = look.since {
            facts.insert("version-age", (reading.at.saturating_sub(since) / 1000).to_string());
        }
        facts
    }

    /// Whether what was done helped.
    fn judge(&mut self, at: u64) {
        let active = self.detector.active();
        let again = |open: &Open| active.iter().find(|symptom| same(symptom, &open.key)).cloned();
        let over: Vec<_> =
            self.open.extract_if(.., |open| Instant::now() >= open.until || again(open).is_some()).collect();
        for open in over {
            let again = again(&open);
            let lasted = 2 * self.site.environment.recover.lasting.as_secs();
            let effect = match &again {
                Some(symptom) => format!("not better: {}", symptom.evidence),
                None => format!("better: not seen again for {lasted} s"),
            };
            self.tell_now(&format!(
                "effect    {} against `{}`: {}",
                open.actions,
                words::kind(open.key.0),
                text::line(&effect)
            ));
            self.write(|ledger| ledger.judge(open.of, at, again.is_none(), effect.clone()));
            if again.is_none() {
                self.told.remove(&open.key);
                self.solved(open.key.0, &open.actions);
            }
        }
    }

    fn write(&mut self, write: impl FnOnce(&mut Ledger) -> Result<()>) {
        if let Err(error) = write(&mut self.ledger) {
            self.console.note(&format!("warning: what was done is not kept: {}", chain(&error)));
        }
    }

    fn tell_now(&self, what: &str) {
        self.console.note(&format!("{}  {what}", local(now(), "%T")));
    }

    /// Once, until it is something else.
    fn tell(&mut self, symptom: &Symptom, reason: &str) {
        let key = (symptom.kind, symptom.replica.clone());
        if self.told.get(&key).is_none_or(|told| told != reason) {
            let what = words::kind(symptom.kind);
            self.tell_now(&format!("heal      nothing is done about `{what}`: {}", text::line(reason)));
            self.told.insert(key, reason.to_owned());
        }
    }

    /// For `sdlc errors`.
    fn keep(&self, symptom: &Symptom) {
        let (source, kind) = (self.source(), words::kind(symptom.kind).to_owned());
        let message = words::symptom(symptom);
        let incident = incident::Incident { source, kind, message, helped: None };
        incidents::keep(self.site.project, &[incident], self.global, self.console);
    }

    fn solved(&self, kind: IncidentKind, how: &str) {
        let kind = Some(words::kind(kind));
        incidents::solved(self.site.project, &self.source(), kind, how, self.global, self.console);
    }

    fn source(&self) -> String {
        format!("service {}", self.site.environment.name)
    }
}

/// After a rollback replicas have other names.
fn same(symptom: &Symptom, (kind, replica): &Key) -> bool {
    symptom.kind == *kind && (replica.is_none() || symptom.replica == *replica)
}

fn thresholds(recover: &Recover) -> Thresholds {
    Thresholds {
        lasting: millis(recover.lasting),
        start_up: millis(recover.start_up),
        error_rate: recover.error_rate,
        latency: recover.latency.map(|latency| 1000.0 * latency.as_secs_f64()),
        crashes: u64::from(recover.crashes) + 1,
        leak_window: millis(recover.leak_window),
        leak_within: millis(recover.leak_within),
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
