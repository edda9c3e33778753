using System.Text;
using System.Text.Json;
using OrleansChat.Testing;

namespace OrleansChat.Gateway.Tests.Hostile;

/// <summary>Random commands with random parameters: each gets exactly one reply, and none of the replies says that the server failed.</summary>
public sealed class GarbageTests(UnlimitedServer server) : IClassFixture<UnlimitedServer>
{
    private static readonly string[] Commands =
    [
        "sync", "send", "history", "edit", "delete", "react", "pin", "read", "delivered", "receipts", "typing", "open", "conversations", "search",
        "group.create", "group.update", "group.delete", "group.join", "group.leave", "group.invite", "group.approve", "group.reject", "group.kick",
        "group.ban", "group.unban", "group.role", "group.mute", "group.get", "group.members", "group.requests", "group.list", "users", "user", "me",
        "contacts", "contact.add", "contact.remove", "block", "unblock", "sessions", "who", "ping", "nothing",
    ];

    private static readonly string[] Names =
    [
        "conversation", "to", "clientId", "text", "replyTo", "attachments", "data", "echo", "after", "before", "limit", "seq", "emoji", "on", "group", "title",
        "join", "public", "history", "members", "user", "role", "until", "prefix", "name", "displayName", "status", "avatar", "positions",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "2", "-1", "1.5", "1e400", "9007199254740992", "9223372036854775808", "\"\"", "\"x\"", "\"👍\"", "\"\\u0000\"",
        "\"peer\"", "\"PEER\"", "\"hostile\"", "\"nobody.here\"", "\"dm:hostile:peer\"", "\"dm:peer:hostile\"", "\"group:club\"", "\"club\"", "\"group:\"", "\"open\"",
        "\"admin\"", "\"all\"", "\"joined\"", "[]", "{}", "[\"peer\"]", "[1,\"peer\",null]", "[[[[]]]]", "{\"dm:hostile:peer\":{\"epoch\":\"x\",\"seq\":1}}",
        "{\"group:club\":{\"epoch\":\"\",\"seq\":0}}", "{\"a\":{\"b\":[1,{}]}}", "\"a b}\\\"{'\\\\\"", "\"\\n\\r\\t\"", "\"\\u2028<script>&\"",
    ];

    [Fact]
    public async Task Random_commands_get_one_reply_each_and_never_an_internal_error()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        await using HostileClient peer = await server.JoinAsync("peer");
        await using HostileClient client = await server.JoinAsync("hostile");
        await client.OkAsync("""{"do":"send","to":"peer","text":"hi"}""");
        await client.OkAsync("""{"do":"group.create","group":"club","title":"Club","join":"open","members":["peer"]}""");
        const int Rounds = 40, PerRound = 50;
        for (int round = 0; round < Rounds; round++)
        {
            var frame = new StringBuilder();
            for (int i = 0; i < PerRound; i++)
            {
                frame.Append(Command(random, (round * PerRound) + i)).Append('\n');
            }

            await client.SendAsync(frame.ToString());
            await Eventually.TrueAsync(() => Replies(client).Count() == (round + 1) * PerRound, what: $"seed {seed}: one reply each in round {round}");
        }

        JsonElement[] replies = [.. Replies(client)];
        Assert.Equal(replies.Length, replies.Select(reply => reply.GetProperty("re").GetInt32()).Distinct().Count());
        Assert.All(replies, reply => Assert.True(!reply.TryGetProperty("error", out JsonElement error) || error.GetProperty("code").GetInt32() < 5000, $"Seed {seed}: {reply}"));
        Assert.InRange(replies.Count(reply => reply.TryGetProperty("ok", out _)), 100, replies.Length);
        await server.AssertUnharmedAsync();
        await peer.OkAsync("""{"do":"ping"}""");
    }

    private static string Command(Random random, int id)
    {
        var command = new StringBuilder($"{{\"id\":{id},\"do\":\"{Pick(random, Commands)}\"");
        foreach (string name in Names.Where(_ => random.Next(3) == 0))
        {
            command.Append($",\"{name}\":{(random.Next(2) == 0 ? Likely(random, name) : Pick(random, Values))}");
        }

        return command.Append('}').ToString();
    }

    private static string Likely(Random random, string name) => name switch
    {
        "conversation" => Pick(random, "\"dm:hostile:peer\"", "\"group:club\""),
        "to" or "user" or "name" => "\"peer\"",
        "group" => "\"club\"",
        "text" => "\"text @peer \\\"x\\\"\"",
        "seq" or "replyTo" or "before" or "after" => Pick(random, "1", "2", "3", "5"),
        "limit" => Pick(random, "1", "10", "1000"),
        "emoji" => "\"👍\"",
        "on" or "echo" or "public" => Pick(random, "true", "false"),
        "role" => Pick(random, "\"admin\"", "\"member\""),
        "join" => Pick(random, "\"open\"", "\"invite\"", "\"approval\""),
        "until" => Pick(random, "0", "1"),
        "positions" => "{}",
        "members" => "[\"peer\"]",
        _ => "\"x\"",
    };

    private static string Pick(Random random, params string[] choices) => choices[random.Next(choices.Length)];

    private static IEnumerable<JsonElement> Replies(HostileClient client) =>
        client.Received.Where(item => item.TryGetProperty("re", out JsonElement re) && re.ValueKind == JsonValueKind.Number);
}
