namespace OrleansChat.Cli.Tests;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class AccountTests(ChatFixture chat)
{
    [Fact]
    public async Task User_registers_signs_out_and_signs_in_again()
    {
        await using Person ann = chat.Stranger("ann");

        Assert.Equal([$"signed in as {ann.Name}"], await ann.DoAsync("register", ann.Name));
        Assert.Equal([$"signed out {ann.Name}"], await ann.DoAsync("logout"));
        Assert.Equal(3, (await ann.RunAsync(["users"])).Code);
        Assert.Equal([$"signed in as {ann.Name}"], await ann.DoAsync("login", ann.Name));
        Assert.Equal([$"{ann.Name}  online"], await ann.DoAsync("user", ann.Name));
    }

    [Fact]
    public async Task Name_that_is_taken_is_refused_in_one_line()
    {
        await using Person ann = await chat.PersonAsync("ann");

        Ran again = await ann.RunAsync(["register", ann.Name]);

        Assert.Equal((1, "", "chat: Username already exists.\n"), (again.Code, again.Output, again.Errors));
    }

    [Fact]
    public async Task Wrong_password_is_refused_and_keeps_the_sign_in_that_there_was()
    {
        await using Person ann = await chat.PersonAsync("ann");
        ann.Environment["CHAT_PASSWORD"] = "wrong";

        Ran wrong = await ann.RunAsync(["login", ann.Name]);

        Assert.Equal((1, "", "chat: wrong name or password\n"), (wrong.Code, wrong.Output, wrong.Errors));
        Assert.Single(await ann.DoAsync("user", ann.Name));
    }

    [Fact]
    public async Task Password_is_a_line_of_the_input_where_that_is_a_pipe()
    {
        await using Person ann = chat.Stranger("ann");
        ann.Environment.Remove("CHAT_PASSWORD");

        Ran piped = await ann.RunAsync(["register", ann.Name], Person.Password + "\n");
        ann.Environment["CHAT_PASSWORD"] = "wrong";
        Ran asked = await ann.RunAsync(["login", ann.Name, "--password-stdin"], Person.Password + "\n");
        Ran none = await ann.RunAsync(["login", ann.Name, "--password-stdin"]);

        Assert.Equal((0, 0, 2), (piped.Code, asked.Code, none.Code));
        Assert.StartsWith("chat: no password", none.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_in_is_kept_where_only_its_owner_can_read_it()
    {
        await using Person ann = chat.Stranger("ann");
        Directory.CreateDirectory(ann.ConfigFolder);
        File.SetUnixFileMode(ann.ConfigFolder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.WriteAllText(ann.SignInFile, "old, and open to everyone");

        await ann.DoAsync("register", ann.Name);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(ann.ConfigFolder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ann.SignInFile));
        Assert.Equal([ann.SignInFile], Directory.GetFiles(ann.ConfigFolder));
    }

    [Fact]
    public async Task Server_of_the_sign_in_is_remembered()
    {
        await using Person ann = chat.Stranger("ann");
        await ann.DoAsync("register", ann.Name);
        ann.Environment.Remove("CHAT_SERVER");

        Assert.Single(await ann.DoAsync("user", ann.Name));
    }

    [Fact]
    public async Task Profiles_hold_one_sign_in_each()
    {
        (Person ann, Person ben) = await chat.PairAsync();
        await using Person one = ann, other = ben;

        await ann.DoAsync("login", ben.Name, "--profile", "work");

        Assert.Equal(["signed out " + ben.Name], await ann.DoAsync("logout", "--profile", "work"));
        Assert.Equal(["signed out " + ann.Name], await ann.DoAsync("logout"));
    }

    [Fact]
    public async Task Sign_in_that_has_ended_says_so_and_can_be_signed_out()
    {
        await using Person ann = await chat.PersonAsync("ann");
        string saved = await File.ReadAllTextAsync(ann.SignInFile);
        await ann.DoAsync("logout");
        await File.WriteAllTextAsync(ann.SignInFile, saved);

        Ran users = await ann.RunAsync(["users"]);
        Ran send = await ann.RunAsync(["send", "somebody", "hi"]);

        Assert.Equal((3, "chat: the sign-in has ended: chat login NAME\n"), (users.Code, users.Errors));
        Assert.Equal((3, "chat: the sign-in has ended: chat login NAME\n"), (send.Code, send.Errors));
        await ann.DoAsync("logout");
        Assert.False(File.Exists(ann.SignInFile));
    }

    [Fact]
    public async Task Signing_out_of_a_server_that_is_away_forgets_the_sign_in_and_tells()
    {
        await using Person ann = await chat.PersonAsync("ann");

        Ran logout = await ann.RunAsync(["logout", "--server", "http://127.0.0.1:1"]);

        Assert.Equal(4, logout.Code);
        Assert.StartsWith("chat: signed out here only", logout.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(ann.SignInFile));
    }
}
