using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Testing;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

public sealed class TalkTests(WebFixture fixture)
{
    [Fact]
    public async Task Two_browsers_and_a_native_client_on_two_nodes_talk_in_one_order()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        WebPerson bob = await cluster.JoinAsync("bob", cluster.South);
        ChatClient carol = await cluster.ConnectAsync(cluster.Name("carol"), cluster.North);
        string title = await cluster.GroupAsync(carol, alice.Name, bob.Name);
        string group = $"group:{title}";

        await alice.OpenConversationAsync(title);
        await bob.OpenConversationAsync(title);
        await alice.SayAsync("hello from alice");
        await bob.SeesAsync("hello from alice");
        await bob.SayAsync("hello from bob");
        await alice.SeesAsync("hello from bob");
        await carol.SendAsync(group, "hello from carol");
        await alice.SeesAsync("hello from carol");
        await bob.SeesAsync("hello from carol");

        string[] said = ["hello from alice", "hello from bob", "hello from carol"];
        Assert.Equal(said, await alice.ShownAsync(said));
        Assert.Equal(said, await bob.ShownAsync(said));
        HistoryPage page = await carol.HistoryAsync(group);
        Assert.Equal(said, page.Messages.Where(message => message.Kind == "text").Select(message => message.Text));
    }

    [Fact]
    public async Task Somebody_signs_up_and_signs_in_again_elsewhere_and_both_windows_hear_the_same()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        WebPerson again = await cluster.OpenAsync(alice.Name, cluster.South);
        await again.SignInAsync(WebCluster.Password);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.South);

        await bob.SendAsync(alice.Name, "to both of your windows");
        await alice.OpenConversationAsync(bob.User!);
        await again.OpenConversationAsync(bob.User!);
        await alice.SeesAsync("to both of your windows");
        await again.SeesAsync("to both of your windows");
        await alice.SayAsync("answered here");
        await again.SeesAsync("answered here");
    }

    [Fact]
    public async Task Markup_in_a_message_is_shown_as_text()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.North);
        const string Markup = "<img src=x onerror=\"document.title='hacked'\"> <script>document.title='hacked'</script>";

        await bob.SendAsync(alice.Name, Markup);
        await alice.OpenConversationAsync(bob.User!);
        await alice.SeesAsync("<img src=x onerror=");
        Assert.Equal(0, await alice.Page.Locator("img[src=x]").CountAsync());
        Assert.DoesNotContain("hacked", await alice.Page.TitleAsync(), StringComparison.Ordinal);
    }
}
