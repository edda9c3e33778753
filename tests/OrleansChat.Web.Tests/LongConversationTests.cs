using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Testing;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>A conversation with ten thousand messages: few are drawn, and what is read stays where it is.</summary>
public sealed class LongConversationTests(WebFixture fixture)
{
    private const int Messages = 10_000;
    private const int DrawnAtMost = 120;

    /// <summary>Scrolls close to the oldest message and watches, frame by frame, how far the first one in view moves while older ones come.</summary>
    private const string WatchWhileOlderComes = """
        async () => {
          const log = document.querySelector('[role=log]');
          const frame = () => new Promise(requestAnimationFrame);
          // They may come before anybody looks: then there are older ones still.
          for (let attempt = 0; attempt < 30; attempt++) {
            log.scrollTop = 700;
            await frame();
            await frame();
            const top = log.getBoundingClientRect().top;
            const seen = [...log.querySelectorAll('[data-seq]')].find((row) => row.getBoundingClientRect().top > top);
            const seq = seen.dataset.seq;
            const before = seen.getBoundingClientRect().top;
            const height = log.scrollHeight;
            let moved = 0;
            for (let frames = 0, after = 0; after < 20 && frames < 120; frames++) {
              await frame();
              const row = log.querySelector(`[data-seq="${seq}"]`);
              moved = Math.max(moved, row ? Math.abs(row.getBoundingClientRect().top - before) : Infinity);
              after += log.scrollHeight > height ? 1 : 0;
              if (after === 20) return moved;
            }
          }
          return -1;
        }
        """;

    [Fact]
    public async Task Older_messages_come_without_moving_what_is_read_and_the_first_is_reached_by_its_answer()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.North);
        string title = await cluster.GroupAsync(bob, alice.Name);
        string group = $"group:{title}";
        foreach (int[] part in Enumerable.Range(1, Messages).Chunk(100))
        {
            await Task.WhenAll(part.Select(number => bob.SendAsync(group, Line(number)))).WithinAsync();
        }

        SendAck answer = await bob.SendAsync(group, "an answer to the first", replyTo: 2);
        await bob.ReadAsync(group, answer.Seq);
        await alice.OpenConversationAsync(title);
        await ToLatest(alice).ClickAsync();
        await alice.SeesAsync("an answer to the first");
        Assert.InRange(await alice.Page.EvaluateAsync<double>(WatchWhileOlderComes), 0, 2);

        await ToLatest(alice).ClickAsync();
        await alice.Message("an answer to the first").GetByTitle("Go to the message").ClickAsync();
        await alice.Page.Locator("[data-seq='2']:focus").WaitForAsync(new() { Timeout = 60_000 });
        Assert.InRange(await alice.Page.GetByRole(AriaRole.Article).CountAsync(), 1, DrawnAtMost);
        await alice.Page.Keyboard.PressAsync("End");
        await alice.SeesAsync("an answer to the first");
        Assert.InRange(await alice.Page.GetByRole(AriaRole.Article).CountAsync(), 1, DrawnAtMost);
    }

    [Fact]
    public async Task What_was_written_long_before_what_is_loaded_is_found()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.North);
        string title = await cluster.GroupAsync(bob, alice.Name);
        string group = $"group:{title}";
        long needle = (await bob.SendAsync(group, "a Needle in the hay")).Seq;
        SendAck[] hay = await Task.WhenAll(Enumerable.Range(1, 500).Select(number => bob.SendAsync(group, Line(number)))).WithinAsync();
        await alice.OpenConversationAsync(title);
        await ToLatest(alice).ClickAsync();
        await alice.SeesAsync(Line(500));

        await alice.Page.GetByRole(AriaRole.Button, new() { NameString = "Find in conversation" }).ClickAsync();
        await alice.Page.GetByRole(AriaRole.Searchbox, new() { NameString = "Find in conversation" }).FillAsync("hay needle");
        await alice.Page.GetByText("1", new() { Exact = true }).First.WaitForAsync();
        await alice.Page.Keyboard.PressAsync("Enter");

        await alice.Page.Locator($"[data-seq='{needle}']").WaitForAsync();
        await alice.SeesAsync("a Needle in the hay");
        Assert.Equal(500, hay.Length);
    }

    private static ILocator ToLatest(WebPerson person) =>
        person.Page.GetByRole(AriaRole.Button, new() { NameString = "Go to the latest message" });

    // Rows of different heights: one line, or several.
    private static string Line(int number) => $"message {number}" + string.Concat(Enumerable.Repeat(" and some more words to fill a line", number % 7));
}
