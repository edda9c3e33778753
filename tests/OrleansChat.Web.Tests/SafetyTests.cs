using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>Markup in every field that somebody can fill is shown as it was typed. A page that runs any of it changes its title.</summary>
public sealed class SafetyTests(WebFixture fixture)
{
    private const string Markup = "<img src=x onerror=\"document.title='taken'\"><svg onload=\"document.title='taken'\">";

    [Fact]
    public async Task Markup_in_names_statuses_titles_messages_replies_and_avatars_is_text()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient mallory = await cluster.ConnectAsync(cluster.Name("mallory"), cluster.South);
        await mallory.MeAsync(displayName: $"N{Markup}", status: $"S{Markup}", avatar: "javascript:document.title='taken'");
        string group = cluster.Name("trap");
        await mallory.CreateGroupAsync(group, $"T{Markup}", "open", isPublic: true, [alice.Name]);
        string conversation = $"group:{group}";
        SendAck sent = await mallory.SendAsync(conversation, $"M{Markup} javascript:alert(1) https://x.example/\"onmouseover=\"document.title='taken'");
        await mallory.SendAsync(conversation, $"```\nC{Markup}\n```\n> Q{Markup}", replyTo: sent.Seq);

        await alice.OpenConversationAsync($"T{Markup}");
        foreach (string begin in (string[])["T", "N", "M", "C", "Q"])
        {
            await alice.ReadsAsync($"{begin}{Markup}");
        }

        await alice.Message("javascript:alert(1)").First.GetByRole(AriaRole.Link).First.WaitForAsync();
        await alice.Page.GetByRole(AriaRole.Button, new() { NameString = "Details" }).ClickAsync();
        await alice.Page.Locator($"[data-member='{mallory.User}'] [data-item]").ClickAsync();
        await alice.Dialog("Profile").GetByText($"S{Markup}").WaitForAsync();
        await alice.Page.Keyboard.PressAsync("Escape");
        await alice.SectionAsync("Groups");
        await alice.Page.Locator($"[data-group='{group}']").GetByText($"T{Markup}").WaitForAsync();
        await UntouchedAsync(alice);
    }

    [Fact]
    public async Task Markup_that_somebody_types_into_the_page_is_text()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.North);
        await bob.SendAsync(alice.Name, "hello");
        await alice.OpenConversationAsync(bob.User!);

        await alice.SayAsync($"M{Markup}");
        await alice.SeesAsync($"M{Markup}");
        // Only what has a number can be answered.
        await alice.Message($"M{Markup}").And(alice.Page.Locator("[data-seq]")).PressAsync("r");
        await alice.ReadsAsync("Reply to");
        await alice.SayAsync("the answer");
        await alice.SeesAsync("the answer");
        await alice.MessageField.FillAsync($"D{Markup}");

        await alice.SectionAsync("People");
        await alice.Page.GetByLabel("Find people by user name").FillAsync(Markup);
        await alice.ReadsAsync("Nobody found.");
        await alice.SectionAsync("Settings");
        await alice.Page.GetByRole(AriaRole.Button, new() { NameString = "Save" }).And(alice.Page.Locator(":enabled")).WaitForAsync();
        await alice.Page.GetByLabel("Display name").FillAsync($"N{Markup}");
        await alice.Page.GetByLabel("Status").FillAsync($"S{Markup}");
        await alice.Button("Save").ClickAsync();
        await alice.ReadsAsync("Saved");
        await alice.Page.ReloadAsync();
        await alice.ReadsAsync($"D{Markup}");
        await UntouchedAsync(alice);
    }

    [Fact]
    public async Task A_reaction_that_is_no_emoji_is_text()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.North);
        SendAck sent = await bob.SendAsync(alice.Name, "react to this");
        await bob.ReactAsync(sent.Conversation, sent.Seq, "javascript:alert(1)");

        await alice.OpenConversationAsync(bob.User!);
        await alice.Message("react to this").GetByRole(AriaRole.Button, new() { NameString = "javascript:alert(1)" }).First.ClickAsync();
        await alice.Message("react to this").GetByRole(AriaRole.Button, new() { Pressed = true }).WaitForAsync();
        await UntouchedAsync(alice);
        await Assert.ThrowsAsync<ChatException>(() => bob.ReactAsync(sent.Conversation, sent.Seq, "<b>"));
    }

    private static async Task UntouchedAsync(WebPerson person)
    {
        Assert.DoesNotContain("taken", await person.Page.TitleAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await person.Page.Locator("img, [onerror], [onload], [onmouseover], a[href^='javascript']").CountAsync());
    }
}
