//! A shared board on STOMP, in Leptos: notes, who is there, live prices. `cargo xtask test examples` builds and opens it.

mod page;
mod stomp;

use leptos::prelude::*;
use stomp_board::{Hello, NOTES, Note, Notes, PEOPLE, PRICES, People, Prices};
use stomp_wasm::Json;

use stomp::{UseStomp, use_stomp};

#[component]
fn App() -> impl IntoView {
    let stomp = use_stomp(page::client);
    let notes = RwSignal::new(Notes::default());
    let people = RwSignal::new(People::default());
    let prices = RwSignal::new(Prices::default());
    let name = RwSignal::new(page::first_name());
    let waiting = RwSignal::new(0);

    // What is no message of ours is passed over: anybody may publish anything.
    stomp.on_message(NOTES, move |message| {
        if let Ok(note) = message.json() {
            notes.update(|notes| notes.add(note));
        }
    });
    stomp.on_message(PRICES, move |message| {
        if let Ok(price) = message.json() {
            prices.update(|prices| prices.take(price));
        }
    });
    let say = move || {
        let hello = page::hello(&name.get_untracked());
        // Who is not connected is not there.
        stomp.with(|client| client.is_connected().then(|| client.publish(PEOPLE, Json(&hello)).send()));
    };
    stomp.on_message(PEOPLE, move |message| {
        let Ok(hello) = message.json::<Hello>() else { return };
        let other = hello.id != page::hello("").id;
        // Somebody new need not wait for our next hello.
        if people.try_update(|people| people.hear(hello, page::now())).unwrap_or_default() && other {
            say();
        }
    });
    // One hello when connected or renamed, then one now and then; the timer ends with the connection.
    Effect::new(move |_| {
        name.track();
        if stomp.is_connected() {
            say();
            let every = std::time::Duration::from_millis(People::EVERY.into());
            let timer = set_interval_with_handle(
                move || {
                    say();
                    people.update(|people| people.forget(page::now()));
                },
                every,
            );
            on_cleanup(move || drop(timer.map(|timer| timer.clear())));
        }
        waiting.set(stomp.with(|client| client.outbox_len()).unwrap_or_default());
    });

    view! {
        <header>
            <h1>"Board, in Leptos"</h1>
            <span id="state" class=move || if stomp.is_connected() { "state on" } else { "state off" }>
                {move || page::words(stomp.state.get())}
            </span>
            <button id="cut" on:click=move |_| { stomp.with(|client| client.force_disconnect()); }>
                "Cut the connection"
            </button>
        </header>
        <Show when=move || !stomp.is_connected()>
            <p id="offline" class="offline" role="status">
                "Offline. What you write is sent when the connection is back. "
                {move || (waiting.get() > 0).then(|| format!("Waiting: {}.", waiting.get()))}
            </p>
        </Show>
        <main>
            <section>
                <h2>"Notes"</h2>
                <Write stomp name waiting />
                <ul id="board">
                    {move || notes.with(|notes| {
                        notes.iter().map(|note| view! { <li><b>{note.from.clone()}</b>{note.text.clone()}</li> }).collect_view()
                    })}
                </ul>
            </section>
            <div class="side">
                <section>
                    <h2>"Here now"</h2>
                    <ul id="people">
                        {move || people.with(|people| {
                            people.iter().map(|one| view! {
                                <li>{one.name.clone()}" "<small>{one.app.clone()}</small></li>
                            }).collect_view()
                        })}
                    </ul>
                </section>
                <Market prices />
            </div>
        </main>
    }
}

/// The form for a note.
#[component]
fn Write(stomp: UseStomp, name: RwSignal<String>, waiting: RwSignal<usize>) -> impl IntoView {
    let (text, problem) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if text.with(|text| text.trim().is_empty()) {
            return;
        }
        let note = Note { from: name.get(), text: text.get(), time: page::now() };
        match stomp.with(|client| (client.publish(NOTES, Json(&note)).send(), client.outbox_len())) {
            Some((Ok(()), length)) => {
                text.set(String::new());
                problem.set(String::new());
                waiting.set(length);
            }
            Some((Err(error), _)) => problem.set(error.to_string()),
            None => {}
        }
    };
    view! {
        <form on:submit=send>
            <input id="name" aria-label="Name" maxlength="32" bind:value=name />
            <input id="text" aria-label="Note" maxlength="500" placeholder="A note for everybody" bind:value=text />
            <button id="send">"Put up"</button>
            <output>{problem}</output>
        </form>
    }
}

/// The table of prices, with the chart of the one that is chosen.
#[component]
fn Market(prices: RwSignal<Prices>) -> impl IntoView {
    let chosen = RwSignal::new(String::new());
    let shown = move || {
        let wanted = chosen.get();
        prices.with(|prices| {
            let found = prices.iter().find(|(symbol, _)| *symbol == wanted).or_else(|| prices.iter().next());
            found.map(|(symbol, series)| (symbol.to_owned(), series.points(300.0, 90.0)))
        })
    };
    let rows = move || {
        let shown = shown().map(|(symbol, _)| symbol);
        prices.with(|prices| {
            let row = |(symbol, series): (&str, &stomp_board::Series)| {
                let (name, change) = (symbol.to_owned(), series.change());
                view! {
                    <tr class:chosen=shown.as_deref() == Some(symbol) on:click=move |_| chosen.set(name.clone())>
                        <td>{symbol.to_owned()}</td>
                        <td>{format!("{:.2}", series.last())}</td>
                        <td class=if change < 0.0 { "down" } else { "up" }>{format!("{change:+.2} %")}</td>
                    </tr>
                }
            };
            prices.iter().map(row).collect_view()
        })
    };
    view! {
        <section>
            <h2>"Prices"</h2>
            <svg id="chart" viewBox="0 0 300 90" role="img" aria-label="The last prices">
                <polyline points=move || shown().map(|(_, points)| points).unwrap_or_default() />
            </svg>
            <table id="prices" data-count=move || prices.with(|prices| prices.count().to_string())>
                <thead><tr><th>"Symbol"</th><th>"Price"</th><th>"Change"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

fn main() {
    leptos::mount::mount_to_body(App);
}
