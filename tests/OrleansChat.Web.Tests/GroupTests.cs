using Microsoft.Playwright;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>Every action on a group, done at one page and seen at the other's, on another node.</summary>
public sealed class GroupTests(WebFixture fixture)
{
    [Fact]
    public async Task A_public_group_is_made_found_joined_renamed_left_and_deleted()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        WebPerson bob = await cluster.JoinAsync("bob", cluster.South);
        string group = cluster.Name("band");

        await alice.CreateGroupAsync(group);
        await bob.JoinAsync(group);
        await bob.ReadsAsync($"{bob.Name} joined");
        await alice.ReadsAsync($"{bob.Name} joined");

        ILocator details = await alice.DetailsAsync(group);
        await details.GetByRole(AriaRole.Button, new() { NameString = "Group settings" }).ClickAsync();
        await details.GetByLabel("Title").FillAsync($"Renamed {group}");
        await details.GetByRole(AriaRole.Button, new() { NameString = "Save" }).ClickAsync();
        await bob.ListsAsync($"Renamed {group}");
        await bob.ReadsAsync($"{alice.Name} named the group “Renamed {group}”");

        details = await bob.DetailsAsync(group);
        Assert.Equal(0, await details.GetByRole(AriaRole.Button, new() { NameString = "Delete group" }).CountAsync());
        await details.GetByRole(AriaRole.Button, new() { NameString = "Leave group" }).ClickAsync();
        await bob.Dialog("Leave this group?").GetByRole(AriaRole.Button, new() { NameString = "Leave group" }).ClickAsync();
        await bob.NoLongerListsAsync(group);
        await alice.ReadsAsync($"{bob.Name} left");

        await bob.JoinAsync(group);
        await bob.ListsAsync(group);
        details = await alice.DetailsAsync(group);
        await details.GetByRole(AriaRole.Button, new() { NameString = "Delete group" }).ClickAsync();
        await alice.Dialog("Delete this group?").GetByRole(AriaRole.Button, new() { NameString = "Delete group" }).ClickAsync();
        await bob.NoLongerListsAsync(group);
        await alice.NoLongerListsAsync(group);
    }

    [Fact]
    public async Task Who_asks_to_join_is_let_in_or_not_and_others_are_invited()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        WebPerson bob = await cluster.JoinAsync("bob", cluster.South);
        WebPerson carol = await cluster.JoinAsync("carol", cluster.South);
        string group = cluster.Name("club");
        await alice.CreateGroupAsync(group, "Anybody an admin approves");

        await bob.JoinAsync(group, "Ask to join");
        await bob.ReadsAsync("Asked: an admin has to approve.");
        await carol.JoinAsync(group, "Ask to join");
        await carol.ReadsAsync("Asked: an admin has to approve.");

        ILocator details = await alice.DetailsAsync(group);
        await details.GetByRole(AriaRole.Button, new() { NameString = $"Approve {bob.Name}" }).ClickAsync();
        await bob.ListsAsync(group);
        await alice.ReadsAsync($"{alice.Name} added {bob.Name}");
        await details.GetByRole(AriaRole.Button, new() { NameString = $"Reject {carol.Name}" }).ClickAsync();
        await details.Locator("[data-request]").First.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Equal(0, await carol.ConversationRow(group).CountAsync());

        await details.AddAsync(carol.Name);
        await carol.ListsAsync(group);
        await alice.ReadsAsync($"{alice.Name} added {carol.Name}");
        await details.AddAsync("nobody-of-this-name");
        await alice.ReadsAsync("There is nobody of this name.");
    }

    [Fact]
    public async Task Members_are_muted_promoted_removed_banned_and_let_in_again()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        WebPerson bob = await cluster.JoinAsync("bob", cluster.South);
        string group = cluster.Name("crew");
        await alice.CreateGroupAsync(group);
        await bob.JoinAsync(group);
        ILocator details = await alice.DetailsAsync(group);
        await bob.MessageField.WaitForAsync();

        await alice.ActOnAsync(details, bob.Name, "Mute for an hour");
        await bob.ReadsAsync("You are muted in this group until");
        await alice.ReadsAsync($"{alice.Name} muted {bob.Name}");
        await alice.ActOnAsync(details, bob.Name, "Unmute");
        await bob.MessageField.WaitForAsync();

        await alice.ActOnAsync(details, bob.Name, "Make admin");
        ILocator bobs = await bob.DetailsAsync(group);
        await bobs.GetByLabel("Add people").WaitForAsync();
        await alice.ActOnAsync(details, bob.Name, "Make member");
        await bobs.GetByLabel("Add people").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await alice.ActOnAsync(details, bob.Name, "Remove from group", "Remove from group");
        await bob.NoLongerListsAsync(group);
        await alice.ReadsAsync($"{alice.Name} removed {bob.Name}");
        await details.AddAsync(bob.Name);
        await bob.ListsAsync(group);

        await alice.ActOnAsync(details, bob.Name, "Ban from group", "Ban from group");
        await bob.NoLongerListsAsync(group);
        await bob.JoinAsync(group);
        await bob.ReadsAsync("You are banned from this group.");
        await details.GetByRole(AriaRole.Button, new() { NameString = "Group settings" }).ClickAsync();
        await details.GetByLabel("Lift a ban").FillAsync(bob.Name);
        await details.GetByRole(AriaRole.Button, new() { NameString = "Lift ban" }).ClickAsync();
        await alice.ReadsAsync($"{alice.Name} lifted the ban of {bob.Name}");
        await bob.JoinAsync(group);
        await bob.ListsAsync(group);

        await alice.ActOnAsync(details, bob.Name, "Make owner", "Make owner");
        bobs = await bob.DetailsAsync(group);
        await bobs.GetByRole(AriaRole.Button, new() { NameString = "Delete group" }).WaitForAsync();
    }
}
