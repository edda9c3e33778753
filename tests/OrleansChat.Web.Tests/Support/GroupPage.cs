using Microsoft.Playwright;
using OrleansChat.Testing;

namespace OrleansChat.Web.Tests.Support;

/// <summary>What somebody does with groups at the page, by the names that stand on its buttons.</summary>
internal static class GroupPage
{
    /// <summary>Makes a public group through the dialog; its title is its address too.</summary>
    public static async Task CreateGroupAsync(this WebPerson person, string title, string policy = "Anybody")
    {
        await person.SectionAsync("Groups");
        await person.Button("New group").ClickAsync();
        ILocator dialog = person.Dialog("New group");
        await dialog.GetByLabel("Title").FillAsync(title);
        await dialog.GetByLabel("Who can join").SelectOptionAsync(new SelectOptionValue { Label = policy });
        await dialog.GetByRole(AriaRole.Button, new() { NameString = "Create group" }).ClickAsync();
        await person.Page.GetByText("created the group").First.WaitForAsync();
    }

    public static Task SectionAsync(this WebPerson person, string name) =>
        person.Page.GetByRole(AriaRole.Navigation, new() { NameString = "Sections" }).GetByRole(AriaRole.Link, new() { NameString = name }).ClickAsync();

    /// <summary>Finds a public group and presses what stands beside it.</summary>
    public static async Task JoinAsync(this WebPerson person, string group, string button = "Join")
    {
        await person.SectionAsync("Groups");
        await person.Page.GetByLabel("Find groups by name").FillAsync(group);
        await person.Page.Locator($"[data-group='{group}']").GetByRole(AriaRole.Button, new() { NameString = button }).ClickAsync();
    }

    /// <summary>Opens a group with its details beside it, read anew.</summary>
    public static async Task<ILocator> DetailsAsync(this WebPerson person, string group)
    {
        ILocator panel = person.Page.GetByRole(AriaRole.Complementary, new() { NameString = "Group details" });
        await person.SectionAsync("Settings");
        await person.SectionAsync("Chats");
        await person.ConversationRow(group).ClickAsync();
        await person.Button("Details").ClickAsync();
        await panel.WaitForAsync();
        return panel;
    }

    /// <summary>Chooses something from the menu of a member, and says yes where that is asked.</summary>
    public static async Task ActOnAsync(this WebPerson person, ILocator panel, string member, string action, string? confirm = null)
    {
        await panel.Locator($"[data-member='{member}']").GetByRole(AriaRole.Button, new() { NameString = "Actions for" }).ClickAsync();
        await person.Page.GetByRole(AriaRole.Menuitem, new() { NameString = action }).ClickAsync();
        if (confirm is not null)
        {
            await person.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameString = confirm, Exact = true }).ClickAsync();
        }
    }

    public static async Task AddAsync(this ILocator panel, string member)
    {
        await panel.GetByLabel("Add people").FillAsync(member);
        await panel.GetByRole(AriaRole.Button, new() { NameString = "Add", Exact = true }).ClickAsync();
    }

    public static ILocator Button(this WebPerson person, string name) => person.Page.GetByRole(AriaRole.Button, new() { NameString = name, Exact = true });

    public static ILocator Dialog(this WebPerson person, string name) => person.Page.GetByRole(AriaRole.Dialog, new() { NameString = name });

    /// <summary>Waits for a text in the open conversation or a notice.</summary>
    public static Task ReadsAsync(this WebPerson person, string text) => person.Page.GetByText(text).First.WaitForAsync();

    public static Task ListsAsync(this WebPerson person, string group) => person.ConversationRow(group).WaitForAsync();

    public static Task NoLongerListsAsync(this WebPerson person, string group) =>
        person.ConversationRow(group).WaitForAsync(new() { State = WaitForSelectorState.Detached });
}
