import { describe, expect, it } from "vitest";
import { ChatError } from "./errors.ts";
import { ChatRest } from "./rest.ts";

function answering(status: number, body: string): { rest: ChatRest; asked: { url: string; init: RequestInit }[] } {
  const asked: { url: string; init: RequestInit }[] = [];
  const fetcher = (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    asked.push({ url: String(url), init });
    return Promise.resolve(new Response(status === 204 ? null : body, { status }));
  };
  return { rest: new ChatRest("http://one:8080/", fetcher as typeof fetch), asked };
}

describe("Signing in", () => {
  it("posts name and password, and answers the token", async () => {
    const { rest, asked } = answering(200, '{"name":"alice","token":"t","expires":1}');
    expect(await rest.signIn("alice", "secret")).toEqual({ name: "alice", token: "t", expires: 1 });
    expect(asked[0]).toMatchObject({ url: "http://one:8080/api/v1/sessions", init: { method: "POST", body: '{"name":"alice","password":"secret"}' } });
  });

  it("gives the server's refusal by number and name", async () => {
    const { rest } = answering(409, '{"title":"Conflict","detail":"The name is taken.","status":409,"code":4090,"name":"name_taken"}');
    await expect(rest.register("alice", "secret")).rejects.toMatchObject({ code: 4090, kind: "name_taken", message: "The name is taken." });
  });

  it("gives a proxy's page as an error of the server, and no answer as unavailable", async () => {
    await expect(answering(502, "<html>").rest.guest("alice")).rejects.toMatchObject({ code: 5000, retry: true });
    const rest = new ChatRest("http://one:8080", (() => Promise.reject(new TypeError("failed"))) as typeof fetch);
    await expect(rest.guest("alice")).rejects.toBeInstanceOf(ChatError);
    await expect(rest.guest("alice")).rejects.toMatchObject({ code: 5030 });
  });

  it("out sends the token and expects no content", async () => {
    const { rest, asked } = answering(204, "");
    await rest.signOut("t");
    expect(asked[0]?.init).toMatchObject({ method: "DELETE", headers: { authorization: "Bearer t" } });
  });
});
