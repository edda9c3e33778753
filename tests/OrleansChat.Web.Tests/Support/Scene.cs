using Microsoft.Playwright;
using OrleansChat.Client;

namespace OrleansChat.Web.Tests.Support;

/// <summary>A little world to look at: people with names, a direct conversation and a group, and what they said.</summary>
internal sealed class Scene
{
    private Scene(WebPerson alice, ChatClient bob, string group)
    {
        Alice = alice;
        Bob = bob;
        Group = group;
    }

    public const string GroupTitle = "Second Line Brass Band";

    /// <summary>The one whose page is looked at.</summary>
    public WebPerson Alice { get; }

    public ChatClient Bob { get; }

    /// <summary>The group's id.</summary>
    public string Group { get; }

    public string Direct => string.CompareOrdinal(Alice.Name, Bob.User) < 0 ? $"dm:{Alice.Name}:{Bob.User}" : $"dm:{Bob.User}:{Alice.Name}";

    /// <param name="cluster">Where it is set.</param>
    /// <param name="plain">Names without numbers, for pictures; one scene of them only.</param>
    public static async Task<Scene> SetAsync(WebCluster cluster, bool plain = false)
    {
        string Named(string begin) => plain ? begin : cluster.Name(begin);
        // Alice has a native client as well: what she said before is not typed into the page.
        string name = Named("alice");
        ChatClient own = await JoinAsync(cluster, name, "Alice Moreau", "Brass section, always", "color:0,emoji:🦊");
        ChatClient bob = await JoinAsync(cluster, Named("bob"), "Bob Tran", "in the rehearsal room", "color:9");
        ChatClient carla = await JoinAsync(cluster, Named("carla"), "Carla Okafor", "", "color:6,emoji:🌻");
        ChatClient diego = await JoinAsync(cluster, Named("diego"), "Diego Ruiz", "back on Monday", "color:3");
        string group = Named("brass-band");
        await carla.SendAsync(name, "Have you seen my mouthpiece anywhere?");
        await TalkAsync(own, bob);
        await own.CreateGroupAsync(group, GroupTitle, "approval", isPublic: true, [bob.User!, carla.User!, diego.User!]);
        await RehearseAsync($"group:{group}", own, bob, carla, diego);

        WebPerson alice = await cluster.OpenAsync(name, cluster.North);
        await alice.SignInAsync(WebCluster.Password);
        await alice.ConversationRow(GroupTitle).WaitForAsync();
        return new Scene(alice, bob, group);
    }

    public Task ShowAsync(string conversation) =>
        Alice.Page.EvaluateAsync("id => { location.hash = `#/chats/${encodeURIComponent(id)}`; }", conversation);

    private static async Task<ChatClient> JoinAsync(WebCluster cluster, string name, string displayName, string status, string avatar)
    {
        ChatClient client = await cluster.ConnectAsync(name, cluster.South);
        await client.MeAsync(displayName, status, avatar);
        return client;
    }

    private static async Task TalkAsync(ChatClient alice, ChatClient bob)
    {
        await bob.SendAsync(alice.User!, "Morning! Did the new charts arrive?");
        await alice.SendAsync(bob.User!, "They did 🎉 all eleven pages");
        SendAck link = await alice.SendAsync(bob.User!, "I put them on https://scores.example.org/second-line so you can print the *bass* part yourself");
        SendAck doubt = await bob.SendAsync(alice.User!, "Perfect, thanks. One thing: bar 24 looks wrong to me");
        SendAck answer = await alice.SendAsync(bob.User!, "You are right, that should be a `Bb7` there. I will fix it _tonight_.", replyTo: doubt.Seq);
        await bob.ReactAsync(link.Conversation, answer.Seq, "👍");
        await bob.ReactAsync(link.Conversation, link.Seq, "❤️");
        await alice.ReactAsync(link.Conversation, link.Seq, "❤️");
        await bob.SendAsync(alice.User!, "🎺🎷");
        SendAck last = await alice.SendAsync(bob.User!, "See you at seven?");
        await bob.ReadAsync(link.Conversation, last.Seq);
        await alice.PinAsync(link.Conversation, link.Seq);
    }

    private static async Task RehearseAsync(string group, ChatClient alice, ChatClient bob, ChatClient carla, ChatClient diego)
    {
        await carla.SendAsync(group, "Who can bring the *big* amp on Saturday?");
        await diego.SendAsync(group, "I can, if somebody helps me carry it up the stairs 😅");
        SendAck offer = await bob.SendAsync(group, $"@{diego.User} count me in");
        await carla.ReactAsync(group, offer.Seq, "🙌");
        await alice.ReactAsync(group, offer.Seq, "🙌");
        await diego.ReactAsync(group, offer.Seq, "💜");
        await bob.SendAsync(group, "Set list so far:\n1. Joe Avery\n2. Lil' Liza Jane\n3. ~~St. James Infirmary~~ (too sad)");
        SendAck read = await alice.SendAsync(group, "I love it. We meet at *half past five* behind the stage.");
        await carla.ReadAsync(group, read.Seq);
        await carla.SendAsync(group, $"> half past five\nPerfect. @{alice.User} can you tell the sound people that we are ten now?");
    }
}
