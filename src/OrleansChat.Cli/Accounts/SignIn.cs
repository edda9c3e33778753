namespace OrleansChat.Cli.Accounts;

/// <summary>What is kept between runs.</summary>
/// <param name="Name">Who is signed in.</param>
/// <param name="Token">What proves it to the server: a secret.</param>
/// <param name="Server">The nodes it was given by.</param>
internal sealed record SignIn(string Name, string Token, IReadOnlyList<Uri> Server);
