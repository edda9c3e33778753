using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace OrleansChat.Grains.Users;

/// <summary>
/// Hashes and checks passwords with the framework's hasher, off the grains' turns and on a bounded number of threads: a flood of
/// sign-ins must not take the processor away from messages.
/// </summary>
internal sealed class PasswordWork : IDisposable
{
    private readonly PasswordHasher<string> _hasher;
    private readonly SemaphoreSlim _workers = new(Math.Max(1, Environment.ProcessorCount / 2));
    private readonly Lazy<string> _nobody;

    public PasswordWork(IOptions<PasswordHasherOptions> options)
    {
        _hasher = new PasswordHasher<string>(options);
        _nobody = new Lazy<string>(() => _hasher.HashPassword(string.Empty, Ids.NewUnguessable()));
    }

    public Task<string> HashAsync(string user, string password) => RunAsync(() => _hasher.HashPassword(user, password));

    /// <summary>An empty hash fails as slowly as a wrong password, so that the time does not tell who exists.</summary>
    public Task<bool> VerifyAsync(string user, string hash, string password) =>
        RunAsync(() =>
        {
            bool matches = _hasher.VerifyHashedPassword(user, hash.Length == 0 ? _nobody.Value : hash, password) != PasswordVerificationResult.Failed;
            return matches && hash.Length > 0;
        });

    public void Dispose() => _workers.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work)
    {
        await _workers.WaitAsync();
        try
        {
            return await Task.Run(work);
        }
        finally
        {
            _workers.Release();
        }
    }
}
