// A small client of Engine.IO v4 and Socket.IO v5 over WebSocket: events, acknowledgements, reconnecting, and recovery of what was missed.

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 10_000;

export class Socket {
  #listeners = new Map();
  #acks = new Map();
  #lastAck = 0;
  #web = null;
  #watch = 0;
  #patience = 45_000;
  #pause = FIRST_PAUSE;
  #pid;
  #offset;
  #over = false;
  connected = false;

  constructor(path = "/socket.io/") {
    const address = new URL(path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.search = "EIO=4&transport=websocket";
    this.address = address;
    this.#open();
  }

  on(name, listener) {
    this.#listeners.set(name, listener);
    return this;
  }

  // Sends an event; the last argument may be a function that takes the acknowledgement. False when there is no connection.
  emit(name, ...values) {
    if (!this.connected) {
      return false;
    }
    let id = "";
    if (typeof values.at(-1) === "function") {
      id = String(this.#lastAck++);
      this.#acks.set(id, values.pop());
    }
    this.#web.send(`42${id}${JSON.stringify([name, ...values])}`);
    return true;
  }

  // Leaves for good.
  disconnect() {
    this.#over = true;
    if (this.connected) {
      this.#web.send("41");
    }
    this.#web?.close();
  }

  #open() {
    const web = new WebSocket(this.address);
    this.#web = web;
    web.onmessage = ({ data }) => {
      if (web === this.#web && typeof data === "string") {
        this.#alive();
        this.#take(data);
      }
    };
    web.onclose = () => {
      if (web === this.#web) {
        this.#lost();
      }
    };
    this.#alive();
  }

  #alive() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), this.#patience);
  }

  #lost() {
    clearTimeout(this.#watch);
    const web = this.#web;
    this.#web = null;
    web?.close();
    this.#acks.clear();
    if (this.connected) {
      this.connected = false;
      this.#tell("disconnect");
    }
    if (!this.#over) {
      setTimeout(() => this.#open(), this.#pause * (0.5 + Math.random()));
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
  }

  #take(frame) {
    const rest = frame.slice(1);
    if (frame[0] === "0") {
      const { pingInterval, pingTimeout } = JSON.parse(rest);
      this.#patience = pingInterval + pingTimeout;
      this.#alive();
      this.#web.send(this.#pid ? `40${JSON.stringify({ pid: this.#pid, offset: this.#offset })}` : "40");
    } else if (frame[0] === "2") {
      this.#web.send("3");
    } else if (frame[0] === "4") {
      this.#packet(rest);
    }
  }

  #packet(packet) {
    const [, type, id, json] = /^(\d)(\d*)(.*)$/s.exec(packet) ?? [];
    if (type === "0") {
      const { pid } = JSON.parse(json);
      const recovered = pid !== undefined && pid === this.#pid;
      this.#pid = pid;
      this.#offset = recovered ? this.#offset : undefined;
      this.#pause = FIRST_PAUSE;
      this.connected = true;
      this.#tell("connect", recovered);
    } else if (type === "1") {
      this.#over = true;
      this.#web.close();
    } else if (type === "2") {
      const [name, ...values] = JSON.parse(json);
      this.#tell(name, ...values);
      if (typeof values.at(-1) === "string") {
        this.#offset = values.at(-1);
      }
    } else if (type === "3") {
      this.#acks.get(id)?.(...JSON.parse(json));
      this.#acks.delete(id);
    }
  }

  #tell(name, ...values) {
    this.#listeners.get(name)?.(...values);
  }
}
