namespace OrleansChat.Client.Tests;

public sealed class CommandTests : ClientTest
{
    [Fact]
    public async Task Commands_send_what_the_contract_names()
    {
        var session = await ConnectAsync();

        await SendsAsync(session, Client.EditAsync(Dm, 3, "x"), """{"do":"edit","conversation":"dm:alice:bob","seq":3,"text":"x"}""", """{"conversation":"dm:alice:bob","epoch":"e","seq":9}""");
        await SendsAsync(session, Client.DeleteAsync(Dm, 3), """{"do":"delete","conversation":"dm:alice:bob","seq":3}""");
        await SendsAsync(session, Client.ReactAsync(Dm, 3, "❤"), """{"do":"react","conversation":"dm:alice:bob","seq":3,"emoji":"❤","on":true}""");
        await SendsAsync(session, Client.PinAsync(Dm, 3, on: false), """{"do":"pin","conversation":"dm:alice:bob","seq":3,"on":false}""");
        await SendsAsync(session, Client.ReadAsync(Dm, 3), """{"do":"read","conversation":"dm:alice:bob","seq":3}""");
        await SendsAsync(session, Client.DeliveredAsync(Dm, 3), """{"do":"delivered","conversation":"dm:alice:bob","seq":3}""");
        await SendsAsync(session, Client.TypingAsync(Dm), """{"do":"typing","conversation":"dm:alice:bob"}""");
        await SendsAsync(session, Client.HistoryAsync(Dm, before: 9, limit: 2), """{"do":"history","conversation":"dm:alice:bob","before":9,"limit":2}""");
        await SendsAsync(session, Client.CreateGroupAsync("dev", "Dev", "open", true, ["bob"]), """{"do":"group.create","group":"dev","title":"Dev","join":"open","public":true,"members":["bob"]}""");
        await SendsAsync(session, Client.KickAsync("dev", "bob"), """{"do":"group.kick","group":"dev","user":"bob"}""");
        await SendsAsync(session, Client.MuteAsync("dev", "bob", 0), """{"do":"group.mute","group":"dev","user":"bob","until":0}""");
        await SendsAsync(session, Client.SetRoleAsync("dev", "bob", "admin"), """{"do":"group.role","group":"dev","user":"bob","role":"admin"}""");
        await SendsAsync(session, Client.AnswerRequestAsync("dev", "bob", approve: false), """{"do":"group.reject","group":"dev","user":"bob"}""");
        await SendsAsync(session, Client.BanAsync("dev", "bob", on: false), """{"do":"group.unban","group":"dev","user":"bob"}""");
        await SendsAsync(session, Client.MeAsync(status: "tea"), """{"do":"me","status":"tea"}""");
        await SendsAsync(session, Client.SetContactAsync("bob"), """{"do":"contact.add","user":"bob"}""");
        await SendsAsync(session, Client.BlockAsync("bob", on: false), """{"do":"unblock","user":"bob"}""");
        await SendsAsync(session, Client.EndSessionAsync(), """{"do":"session.end","all":true}""");
        await SendsAsync(session, Client.ConversationsAsync(5), """{"do":"conversations","limit":5}""");
        await SendsAsync(session, Client.ReceiptsAsync(Dm, "bob", 5), """{"do":"receipts","conversation":"dm:alice:bob","after":"bob","limit":5}""");
        await SendsAsync(session, Client.GroupAsync("dev"), """{"do":"group.get","group":"dev"}""");
        await SendsAsync(session, Client.RequestsAsync("dev", "bob", 5), """{"do":"group.requests","group":"dev","after":"bob","limit":5}""");
        await SendsAsync(session, Client.SearchAsync("tea", Dm), """{"do":"search","text":"tea","conversation":"dm:alice:bob"}""");
    }

    [Fact]
    public async Task Pages_give_their_items_and_where_to_go_on()
    {
        var session = await ConnectAsync();
        var users = Client.UsersAsync("b", limit: 2);
        await session.OkAsync(await session.ExpectAsync("users"), """{"items":[{"name":"bob","state":"online","guest":true},{"name":"bea"}],"next":"bob"}""");
        var members = Client.MembersAsync("dev");
        await session.OkAsync(await session.ExpectAsync("group.members"), """{"items":[{"user":"bob","role":"owner","joinedAt":1,"muted":0}],"next":null}""");
        var requests = Client.RequestsAsync("dev");
        await session.OkAsync(await session.ExpectAsync("group.requests"), """{"items":["zoe"],"next":null}""");
        var receipts = Client.ReceiptsAsync(Dm);
        await session.OkAsync(await session.ExpectAsync("receipts"), """{"items":[{"user":"bob","read":3,"delivered":4}],"next":null}""");
        var conversations = Client.ConversationsAsync();
        await session.OkAsync(await session.ExpectAsync("conversations"), """{"conversations":[{"conversation":"dm:alice:bob","unread":2}]}""");
        var contacts = Client.ContactsAsync();
        await session.OkAsync(await session.ExpectAsync("contacts"), """{"contacts":["bob"]}""");

        var page = await users.Soon();
        Assert.Equal(["bob", "bea"], page.Items.Select(user => user.Name));
        Assert.Equal(("bob", true), (page.Next, page.Items[0].Guest));
        Assert.Equal(("bob", "owner", null), await members.Soon() is var found ? (found.Items[0].User, found.Items[0].Role, found.Next) : default);
        Assert.Equal("zoe", Assert.Single((await requests.Soon()).Items));
        Assert.Equal(new ChatReceipt("bob", 3, 4), Assert.Single((await receipts.Soon()).Items));
        Assert.Equal((Dm, 2), Assert.Single(await conversations.Soon()) is var one ? (one.Conversation, one.Unread) : default);
        Assert.Equal("bob", Assert.Single(await contacts.Soon()).Name);
    }

    [Fact]
    public async Task What_the_server_leaves_out_is_empty_rather_than_null()
    {
        var session = await ConnectAsync();
        var history = Client.HistoryAsync(Dm);
        await session.OkAsync(await session.ExpectAsync("history"), "{}");
        var open = Client.OpenAsync("bob");
        await session.OkAsync(await session.ExpectAsync("open"), "{}");
        await session.SendAsync("""{"ev":"message","message":{"seq":1,"conversation":"c"}}""");

        Assert.Empty((await history.Soon()).Messages);
        Assert.Equal("", (await open.Soon()).Epoch);
        Assert.Equal(("text", ""), (await Client.NextAsync<MessageEvent>()).Message is var message ? (message.Kind, message.From) : default);
    }

    private static async Task SendsAsync(ScriptedSession session, Task call, string expected, string ok = "{}")
    {
        var name = System.Text.Json.JsonElement.Parse(expected).GetProperty("do").GetString()!;
        var command = await session.ExpectAsync(name);
        Assert.Equal(expected, command.GetRawText().Replace($"\"id\":{command.GetProperty("id")},", "", StringComparison.Ordinal));
        await session.OkAsync(command, ok);
        await call.Soon();
    }
}
