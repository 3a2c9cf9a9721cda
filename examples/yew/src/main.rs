//! A shared board on STOMP, in Yew: notes, who is there, live prices. `cargo xtask test examples` builds and opens it.

mod page;
mod stomp;

use std::rc::Rc;

use stomp_board::{Hello, NOTES, Note, Notes, PEOPLE, PRICES, People, Price, Prices};
use stomp_wasm::{Client, Json, Message};
use yew::prelude::*;

use stomp::{use_stomp, use_subscription};

/// What the page shows, and how messages change it.
#[derive(Clone, Default, PartialEq)]
struct Board {
    notes: Notes,
    people: People,
    prices: Prices,
}

enum Change {
    Note(Note),
    Hello(Hello),
    Forget,
    Price(Price),
}

impl Reducible for Board {
    type Action = Change;

    fn reduce(mut self: Rc<Self>, change: Change) -> Rc<Self> {
        // Prices come many times a second: changed in place where nobody else looks at the board any more.
        let board = Rc::make_mut(&mut self);
        match change {
            Change::Note(note) => board.notes.add(note),
            Change::Hello(hello) => {
                board.people.hear(hello, page::now());
            }
            Change::Forget => board.people.forget(page::now()),
            Change::Price(price) => board.prices.take(price),
        }
        self
    }
}

#[component]
fn App() -> Html {
    let stomp = use_stomp(page::client);
    let client = &stomp.client;
    let board = use_reducer(Board::default);
    let name = use_state(page::first_name);
    let chosen = use_state(String::new);
    let me = use_memo((*name).clone(), |name| page::hello(name));

    // What is no message of ours is passed over: anybody may publish anything.
    let change = board.dispatcher();
    use_subscription(client, NOTES, move |message: Message| {
        message.json().map(|note| change.dispatch(Change::Note(note))).unwrap_or_default();
    });
    let change = board.dispatcher();
    use_subscription(client, PRICES, move |message: Message| {
        message.json().map(|price| change.dispatch(Change::Price(price))).unwrap_or_default();
    });
    let (change, known) = (board.dispatcher(), board.clone());
    let (own, answer) = (Rc::clone(&me), client.clone());
    use_subscription(client, PEOPLE, move |message: Message| {
        let Ok(hello) = message.json::<Hello>() else { return };
        // Somebody new need not wait for our next hello.
        if !hello.bye && hello.id != own.id && !known.people.iter().any(|other| other.id == hello.id) {
            say(&answer, &own);
        }
        change.dispatch(Change::Hello(hello));
    });
    let change = board.dispatcher();
    use_effect_with((client.clone(), stomp.state.is_connected(), me), move |(client, connected, me)| {
        let (client, me) = (client.clone(), Rc::clone(me));
        let hello = move || {
            say(&client, &me);
            change.dispatch(Change::Forget);
        };
        // One at once, then now and then; the timer ends with the connection.
        let timer = connected.then(|| {
            hello();
            gloo_timers::callback::Interval::new(People::EVERY, hello)
        });
        move || drop(timer)
    });

    let cut = {
        let client = client.clone();
        Callback::from(move |_: MouseEvent| client.force_disconnect())
    };
    html! {
        <>
            <header>
                <h1>{ "Board, in Yew" }</h1>
                <span id="state" class={classes!("state", if stomp.state.is_connected() { "on" } else { "off" })}>
                    { page::words(stomp.state) }
                </span>
                <button id="cut" onclick={cut}>{ "Cut the connection" }</button>
            </header>
            if !stomp.state.is_connected() {
                <p id="offline" class="offline" role="status">
                    { "Offline. What you write is sent when the connection is back." }
                    if client.outbox_len() > 0 { { format!(" Waiting: {}.", client.outbox_len()) } }
                </p>
            }
            <main>
                <section>
                    <h2>{ "Notes" }</h2>
                    <Write client={client.clone()} {name} />
                    <ul id="board">
                        { for board.notes.iter().map(|note| html! { <li><b>{ &note.from }</b>{ &note.text }</li> }) }
                    </ul>
                </section>
                <div class="side">
                    <section>
                        <h2>{ "Here now" }</h2>
                        <ul id="people">
                            { for board.people.iter().map(|one| html! {
                                <li>{ &one.name }{ " " }<small>{ &one.app }</small></li>
                            }) }
                        </ul>
                    </section>
                    <Market prices={board.prices.clone()} {chosen} />
                </div>
            </main>
        </>
    }
}

fn say(client: &Client, hello: &Hello) {
    // Who is not connected is not there.
    if client.is_connected() {
        let _ = client.publish(PEOPLE, Json(hello)).send();
    }
}

#[derive(PartialEq, Properties)]
struct WriteProps {
    client: Client,
    name: UseStateHandle<String>,
}

/// The form for a note.
#[component]
fn Write(WriteProps { client, name }: &WriteProps) -> Html {
    let (text, problem) = (use_state(String::new), use_state(String::new));
    let value = |event: InputEvent| event.target_unchecked_into::<web_sys::HtmlInputElement>().value();
    let send = {
        let (client, name, text, problem) = (client.clone(), name.clone(), text.clone(), problem.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if text.trim().is_empty() {
                return;
            }
            let note = Note { from: (*name).clone(), text: (*text).clone(), time: page::now() };
            match client.publish(NOTES, Json(&note)).send() {
                Ok(()) => {
                    text.set(String::new());
                    problem.set(String::new());
                }
                Err(error) => problem.set(error.to_string()),
            }
        })
    };
    let (set_name, set_text) = (name.setter(), text.setter());
    html! {
        <form onsubmit={send}>
            <input id="name" aria-label="Name" maxlength="32" value={(**name).clone()}
                oninput={move |event| set_name.set(value(event))} />
            <input id="text" aria-label="Note" maxlength="500" placeholder="A note for everybody" value={(*text).clone()}
                oninput={move |event| set_text.set(value(event))} />
            <button id="send">{ "Put up" }</button>
            <output>{ &*problem }</output>
        </form>
    }
}

#[derive(PartialEq, Properties)]
struct MarketProps {
    prices: Prices,
    chosen: UseStateHandle<String>,
}

/// The table of prices, with the chart of the one that is chosen.
#[component]
fn Market(MarketProps { prices, chosen }: &MarketProps) -> Html {
    let shown = prices.iter().find(|(symbol, _)| **symbol == **chosen).or_else(|| prices.iter().next());
    let row = |(symbol, series): (&str, &stomp_board::Series)| {
        let (pick, name) = (chosen.setter(), symbol.to_owned());
        let class = classes!(shown.is_some_and(|(other, _)| other == symbol).then_some("chosen"));
        let change = series.change();
        html! {
            <tr key={symbol} {class} onclick={move |_| pick.set(name.clone())}>
                <td>{ symbol }</td>
                <td>{ format!("{:.2}", series.last()) }</td>
                <td class={if change < 0.0 { "down" } else { "up" }}>{ format!("{change:+.2} %") }</td>
            </tr>
        }
    };
    html! {
        <section>
            <h2>{ "Prices" }</h2>
            <svg id="chart" viewBox="0 0 300 90" role="img" aria-label="The last prices">
                <polyline points={shown.map(|(_, series)| series.points(300.0, 90.0)).unwrap_or_default()} />
            </svg>
            <table data-count={prices.count().to_string()} id="prices">
                <thead><tr><th>{ "Symbol" }</th><th>{ "Price" }</th><th>{ "Change" }</th></tr></thead>
                <tbody>{ for prices.iter().map(row) }</tbody>
            </table>
        </section>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
