using Microsoft.Playwright;
using OrleansChat.Client;
using OrleansChat.Web.Tests.Support;

namespace OrleansChat.Web.Tests;

/// <summary>The page without a mouse.</summary>
public sealed class KeyboardTests(WebFixture fixture)
{
    [Fact]
    public async Task Somebody_comes_in_and_sends_replies_reacts_and_edits_with_the_keyboard_only()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.OpenAsync(cluster.Name("alice"), cluster.North);
        IKeyboard keys = alice.Page.Keyboard;

        await alice.Page.GetByLabel("User name").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("Shift+Tab");
        await keys.PressAsync("ArrowRight");
        await alice.Page.GetByRole(AriaRole.Tab, new() { NameString = "Sign up", Selected = true }).WaitForAsync();
        await keys.PressAsync("Tab");
        await keys.TypeAsync(alice.Name);
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Alice");
        await keys.PressAsync("Tab");
        await keys.TypeAsync(WebCluster.Password);
        await keys.PressAsync("Enter");
        await alice.Conversations.WaitForAsync();

        ChatClient bob = await cluster.ConnectAsync(cluster.Name("bob"), cluster.South);
        await bob.SendAsync(alice.Name, "are you there?");
        await alice.ListsAsync(bob.User!);
        await keys.PressAsync("Control+k");
        await keys.TypeAsync(bob.User!);
        await keys.PressAsync("ArrowDown");
        await alice.ConversationRow(bob.User!).And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("Enter");
        await alice.MessageField.And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.TypeAsync("yes, by keyboard");
        await keys.PressAsync("Enter");
        await alice.SeesAsync("yes, by keyboard");

        await keys.PressAsync("Alt+Home");
        await alice.Message("yes, by keyboard").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("ArrowUp");
        await alice.Message("are you there?").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("a");
        await keys.TypeAsync("rocket");
        await keys.PressAsync("Enter");
        await alice.Message("are you there?").GetByRole(AriaRole.Button, new() { Pressed = true }).WaitForAsync();
        await alice.Message("are you there?").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("r");
        await alice.ReadsAsync("Reply to");
        await keys.PressAsync("Escape");
        await keys.PressAsync("ArrowUp");
        await alice.ReadsAsync("Edit message");
        await keys.TypeAsync(" alone");
        await keys.PressAsync("Enter");
        await alice.SeesAsync("yes, by keyboard alone");
        await alice.ReadsAsync("edited");
    }

    [Fact]
    public async Task Dialogs_keep_the_focus_and_give_it_back_and_the_shortcuts_are_shown()
    {
        await using WebCluster cluster = WebCluster.Share(fixture);
        WebPerson alice = await cluster.JoinAsync("alice", cluster.North);
        IKeyboard keys = alice.Page.Keyboard;

        await alice.SectionAsync("Groups");
        await alice.Button("New group").FocusAsync();
        await keys.PressAsync("Enter");
        ILocator dialog = alice.Dialog("New group");
        await dialog.GetByLabel("Title").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("Escape");
        await alice.Button("New group").And(alice.Page.Locator(":focus")).WaitForAsync();
        await keys.PressAsync("?");
        await alice.Dialog("Keyboard shortcuts").WaitForAsync();
        await keys.PressAsync("Escape");
        await alice.Dialog("Keyboard shortcuts").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await keys.PressAsync("Escape");
        await alice.ReadsAsync("Choose a conversation");
    }
}
