using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Testing;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>What people notice of nodes that die, networks that go away, and pages that are loaded again: nothing is lost and nothing comes twice.</summary>
public sealed class GoingOnTests(WebFixture fixture)
{
    [Fact]
    public async Task When_a_browsers_node_is_killed_it_goes_on_at_the_other_without_loss_or_repeat()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await alice.OpenConversationAsync(title);
        await alice.SayAsync("word 1");
        await alice.SeesAsync("word 1");

        // What is written at this moment is on its way, unanswered, or not sent yet.
        Task saying = alice.SayAsync("word 2");
        Task killing = cluster.North.KillAsync();
        await saying;
        await alice.SayAsync("word 3");
        await killing;
        await bob.SendAsync($"group:{title}", "word 4").WithinAsync();
        await alice.SayAsync("word 5");

        string[] words = ["word 1", "word 2", "word 3", "word 4", "word 5"];
        IReadOnlyList<string> kept = await Eventually.ValueAsync(
            async () => await TextsAsync(bob, title), texts => words.All(texts.Contains));
        Assert.Equal(words.Length, kept.Count);
        await Eventually.ValueAsync(async () => string.Join(", ", await alice.ShownAsync(words)), shown => shown == string.Join(", ", kept));
        await bob.SendAsync($"group:{title}", "still with us?");
        await alice.SeesAsync("still with us?");
    }

    [Fact]
    public async Task What_is_written_while_a_node_stands_still_is_shown_as_waiting_and_sent_afterwards_in_order()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await alice.OpenConversationAsync(title);

        // Nothing gets through, and nobody says so.
        cluster.North.Pause();
        await alice.SayAsync("offline 1");
        await alice.SayAsync("offline 2");
        await alice.SeesAsync("offline 2");
        await alice.Message("offline 2").GetByText("Waiting to be sent").Or(alice.Message("offline 2").GetByLabel("Waiting to be sent")).First
            .WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Empty(await TextsAsync(bob, title));

        cluster.North.Resume();
        string[] words = ["offline 1", "offline 2"];
        IReadOnlyList<string> kept = await Eventually.ValueAsync(async () => await TextsAsync(bob, title), texts => texts.Count == 2);
        Assert.Equal(words, kept);
        await Eventually.ValueAsync(async () => string.Join(", ", await alice.ShownAsync(words)), shown => shown == "offline 1, offline 2");
    }

    [Fact]
    public async Task What_is_written_offline_is_sent_when_the_network_is_back()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await alice.OpenConversationAsync(title);

        // The browser cuts new connections; those that stand are cut by their node, which goes away with them.
        await alice.Context.SetOfflineAsync(true);
        await cluster.North.KillAsync();
        await alice.Page.GetByRole(AriaRole.Status).GetByText("You are offline").WaitForAsync();
        await alice.SayAsync("offline 1");
        await alice.SayAsync("offline 2");
        await alice.SeesAsync("offline 2");
        Assert.Empty(await TextsAsync(bob, title));

        await alice.Context.SetOfflineAsync(false);
        IReadOnlyList<string> kept = await Eventually.ValueAsync(async () => await TextsAsync(bob, title), texts => texts.Count == 2);
        Assert.Equal(["offline 1", "offline 2"], kept);
        await bob.SendAsync($"group:{title}", "welcome back");
        await alice.SeesAsync("welcome back");
        Assert.Equal(["offline 1", "offline 2"], await alice.ShownAsync(["offline 1", "offline 2"]));
    }

    [Fact]
    public async Task A_conversation_opened_while_nothing_gets_through_is_loaded_at_the_next_node()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await bob.SendAsync($"group:{title}", "from before");
        await alice.ConversationRow(title).GetByText("from before").WaitForAsync();

        // Its history is asked for and never answered.
        cluster.North.Pause();
        await alice.OpenConversationAsync(title);
        await alice.SayAsync("meanwhile");
        await alice.SeesAsync("meanwhile");
        await cluster.North.KillAsync();

        string[] words = ["from before", "meanwhile"];
        await Eventually.ValueAsync(async () => string.Join(", ", await alice.ShownAsync(words)), shown => shown == string.Join(", ", words));
    }

    [Fact]
    public async Task What_a_closed_tab_left_is_sent_once_by_the_tab_that_stays()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await alice.OpenConversationAsync(title);
        IPage staying = await alice.Context.NewPageAsync();
        await staying.GotoAsync("/");
        await staying.GetByRole(AriaRole.Navigation, new() { NameString = "Conversations" }).WaitForAsync();

        cluster.North.Pause();
        await alice.SayAsync("left behind");
        await alice.SeesAsync("left behind");
        await Eventually.TrueAsync(async () => (await StoredAsync(alice)).Contains("left behind", StringComparison.Ordinal));
        await alice.Page.CloseAsync();
        cluster.North.Resume();

        IReadOnlyList<string> kept = await Eventually.ValueAsync(async () => await TextsAsync(bob, title), texts => texts.Count > 0);
        Assert.Equal(["left behind"], kept);
    }

    [Fact]
    public async Task What_was_not_sent_when_the_page_is_closed_is_sent_when_it_is_opened_again()
    {
        await using WebCluster cluster = await WebCluster.StartAsync(fixture);
        (WebPerson alice, ChatClient bob, string title) = await cluster.MeetAsync();
        await alice.OpenConversationAsync(title);
        cluster.North.Pause();
        await alice.SayAsync("before the reload");
        await alice.SeesAsync("before the reload");

        // The node takes the request for the page when it goes on.
        Task reloading = alice.Page.ReloadAsync();
        cluster.North.Resume();
        await reloading;
        await alice.SeesAsync("before the reload");
        IReadOnlyList<string> kept = await Eventually.ValueAsync(async () => await TextsAsync(bob, title), texts => texts.Count > 0);
        Assert.Equal(["before the reload"], kept);
    }

    [Fact]
    public async Task A_reload_keeps_the_place_and_what_is_unread()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.South);
        string open = await cluster.GroupAsync(bob, alice.Name);
        string other = await cluster.GroupAsync(bob, alice.Name);
        await alice.OpenConversationAsync(open);
        await bob.SendAsync($"group:{open}", "in the open one");
        await alice.SeesAsync("in the open one");
        await bob.SendAsync($"group:{other}", "unread 1");
        await bob.SendAsync($"group:{other}", "unread 2");
        await alice.ConversationRow(other).GetByText("2 unread messages").WaitForAsync(new() { State = WaitForSelectorState.Attached });

        await alice.Page.ReloadAsync();
        await alice.MessageField.WaitForAsync();
        await alice.SeesAsync("in the open one");
        await alice.ConversationRow(other).GetByText("2 unread messages").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.Contains(open, await alice.Page.EvaluateAsync<string>("location.hash"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_signing_out_nothing_of_the_person_is_left_in_the_browser()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.South);
        await bob.SendAsync(alice.Name, "private words");
        await alice.OpenConversationAsync(bob.User!);
        await alice.SeesAsync("private words");
        await Eventually.TrueAsync(async () => (await StoredAsync(alice)).Contains("private words", StringComparison.Ordinal));

        await alice.Page.GotoAsync("/#/settings");
        await alice.Page.GetByRole(AriaRole.Button, new() { NameString = "Sign out", Exact = true }).ClickAsync();
        await alice.Page.GetByRole(AriaRole.Tab, new() { NameString = "Sign in" }).WaitForAsync();
        await Eventually.ValueAsync(() => StoredAsync(alice), stored => stored == "[]");
    }

    private static async Task<IReadOnlyList<string>> TextsAsync(ChatClient reader, string group)
    {
        HistoryPage page = await reader.HistoryAsync($"group:{group}");
        return [.. page.Messages.Where(message => message.Kind == "text").Select(message => message.Text!)];
    }

    private static Task<string> StoredAsync(WebPerson person) => person.Page.EvaluateAsync<string>(
        """
        async name => {
          const database = await new Promise((done, failed) => {
            const request = indexedDB.open(`orleanschat:${name}`);
            request.onsuccess = () => done(request.result);
            request.onerror = () => failed(request.error);
          });
          const all = [];
          for (const store of database.objectStoreNames) {
            all.push(...await new Promise((done) => {
              const request = database.transaction(store).objectStore(store).getAll();
              request.onsuccess = () => done(request.result);
            }));
          }
          database.close();
          return JSON.stringify(all);
        }
        """,
        person.Name);
}
