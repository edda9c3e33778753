using Microsoft.Playwright;
using OrleansChat.Testing;

namespace OrleansChat.Web.Tests.Support;

/// <summary>Somebody at a browser window. Finds things as people do: by what they are and how they are called.</summary>
internal sealed class WebPerson : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private WebPerson(string name, IBrowserContext context, IPage page)
    {
        Name = name;
        Context = context;
        Page = page;
        page.PageError += (_, error) => Complain(error);
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.Ordinal))
            {
                Complain(message.Text);
            }
        };
    }

    public string Name { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public ILocator MessageField => Page.GetByRole(AriaRole.Textbox, new() { NameString = "Message" }).Last;

    public ILocator Conversations => Page.GetByRole(AriaRole.Navigation, new() { NameString = "Conversations" });

    public static async Task<WebPerson> OpenAsync(IBrowser browser, string name, Uri node)
    {
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = node.ToString(),
            ViewportSize = new ViewportSize { Width = 1200, Height = 800 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Deadlines.Default.TotalMilliseconds);
        WebPerson person = new(name, context, await context.NewPageAsync());
        await person.Page.GotoAsync("/");
        return person;
    }

    public async Task SignUpAsync(string password)
    {
        await Page.GetByRole(AriaRole.Tab, new() { NameString = "Sign up" }).ClickAsync();
        await FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { NameString = "Create account" }).ClickAsync();
        await Conversations.WaitForAsync();
    }

    public async Task SignInAsync(string password)
    {
        await Page.GetByRole(AriaRole.Tab, new() { NameString = "Sign in" }).ClickAsync();
        await FillAsync(password);
        await Page.GetByRole(AriaRole.Button, new() { NameString = "Sign in" }).ClickAsync();
        await Conversations.WaitForAsync();
    }

    /// <summary>Opens a conversation of the list.</summary>
    public async Task OpenConversationAsync(string title)
    {
        await ConversationRow(title).ClickAsync();
        await MessageField.WaitForAsync();
    }

    public ILocator ConversationRow(string title) => Conversations.GetByRole(AriaRole.Link).Filter(new() { HasTextString = title });

    public async Task SayAsync(string text)
    {
        await MessageField.FillAsync(text);
        await MessageField.PressAsync("Enter");
    }

    /// <summary>The message with a text, however often it stands there.</summary>
    public ILocator Message(string text) => Page.GetByRole(AriaRole.Article).Filter(new() { HasTextString = text });

    /// <summary>Waits until a message stands there; says so when it stands there twice.</summary>
    public async Task SeesAsync(string text)
    {
        await Message(text).First.WaitForAsync();
        Assert.Equal(1, await Message(text).CountAsync());
    }

    /// <summary>Those of some texts that stand in the conversation, from top to bottom.</summary>
    public async Task<IReadOnlyList<string>> ShownAsync(IReadOnlyList<string> texts)
    {
        IReadOnlyList<string> articles = await Page.GetByRole(AriaRole.Article).AllInnerTextsAsync();
        return [.. articles.SelectMany(article => texts.Where(text => article.Split('\n').Any(line => line.Trim() == text)))];
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        lock (_complaints)
        {
            Assert.Empty(_complaints);
        }
    }

    private async Task FillAsync(string password)
    {
        await Page.GetByLabel("User name").FillAsync(Name);
        await Page.GetByRole(AriaRole.Textbox, new() { NameString = "Password", Exact = true }).FillAsync(password);
    }

    private void Complain(string what)
    {
        lock (_complaints)
        {
            _complaints.Add($"{Name}: {what}");
        }
    }
}
