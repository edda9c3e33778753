using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Testing;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>How somebody who does not look at the page learns that there is something.</summary>
public sealed class NoticeTests(WebFixture fixture)
{
    /// <summary>Stands in for the browser's notifications and for its loudspeaker, and hides the page.</summary>
    private const string Instruments = """
        () => {
          window.notices = [];
          window.sounds = 0;
          window.Notification = class {
            static permission = 'default';
            static async requestPermission() { return (this.permission = 'granted'); }
            constructor(title, options) { window.notices.push(`${title}: ${options.body}`); }
            close() {}
          };
          const Real = window.AudioContext;
          window.AudioContext = class extends Real {
            createOscillator() { window.sounds++; return super.createOscillator(); }
          };
        }
        """;

    private const string Hide = """
        () => Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })
        """;

    [Fact]
    public async Task What_comes_while_the_page_is_hidden_is_notified_sounds_and_counts_in_the_title()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.South);
        await alice.Page.EvaluateAsync(Instruments);
        await alice.Page.GetByRole(AriaRole.Link, new() { NameString = "Settings" }).ClickAsync();
        await SwitchOnAsync(alice, "Notify me while the page is hidden");
        await SwitchOnAsync(alice, "Show the message in notifications");
        await SwitchOnAsync(alice, "Sounds");
        await alice.Page.EvaluateAsync(Hide);
        await bob.SendAsync(alice.Name, "look here, *now*");

        string[] notices = await Eventually.ValueAsync(
            () => alice.Page.EvaluateAsync<string[]>("() => window.notices"), all => all.Length > 0);
        Assert.Equal([$"{bob.User}: look here, now"], notices);
        Assert.True(await alice.Page.EvaluateAsync<int>("() => window.sounds") > 0);
        await Eventually.TrueAsync(async () => (await alice.Page.TitleAsync()).Contains("(1)", StringComparison.Ordinal));
    }

    private static Task SwitchOnAsync(WebPerson person, string name) =>
        person.Page.GetByRole(AriaRole.Switch, new() { NameString = name }).CheckAsync();
}
