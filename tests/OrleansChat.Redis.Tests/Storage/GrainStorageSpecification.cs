using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace OrleansChat.Redis.Tests.Storage;

public abstract class GrainStorageSpecification
{
    protected const string StateName = "profile";

    /// <summary>Whether a refused write says which etags there were.</summary>
    protected virtual bool TellsETags => true;

    protected static GrainId Grain { get; } = GrainId.Create("user", "alice");

    [Fact]
    public async Task State_never_written_is_new_and_has_no_etag()
    {
        await using Opened opened = await OpenAsync();
        var state = new GrainState<Note>(new Note { Text = "before" }, "stale") { RecordExists = true };

        await opened.Storage.ReadStateAsync(StateName, Grain, state);

        Assert.Null(state.ETag);
        Assert.False(state.RecordExists);
        Assert.Equal(new Note(), state.State);
    }

    [Fact]
    public async Task State_is_read_as_it_was_written()
    {
        await using Opened opened = await OpenAsync();
        GrainState<Note> written = await WriteAsync(opened.Storage, new Note { Text = "hé \"llo\"", Tags = ["a", "b"] });

        GrainState<Note> read = await ReadAsync(opened.Storage);

        Assert.True(read.RecordExists);
        Assert.Equal("hé \"llo\"", read.State!.Text);
        Assert.Equal(["a", "b"], read.State.Tags);
        Assert.Equal(written.ETag, read.ETag);
        Assert.NotEmpty(read.ETag!);
    }

    [Fact]
    public async Task States_and_grains_are_kept_apart()
    {
        await using Opened opened = await OpenAsync();
        await WriteAsync(opened.Storage, new Note { Text = "mine" });
        var otherState = new GrainState<Note>();
        var otherGrain = new GrainState<Note>();

        await opened.Storage.ReadStateAsync("settings", Grain, otherState);
        await opened.Storage.ReadStateAsync(StateName, GrainId.Create("user", "bob"), otherGrain);

        Assert.False(otherState.RecordExists);
        Assert.False(otherGrain.RecordExists);
    }

    [Fact]
    public async Task Write_with_an_outdated_etag_is_refused_and_changes_nothing()
    {
        await using Opened opened = await OpenAsync();
        await WriteAsync(opened.Storage, new Note { Text = "one" });
        GrainState<Note> mine = await ReadAsync(opened.Storage);
        GrainState<Note> theirs = await ReadAsync(opened.Storage);
        theirs.State!.Text = "theirs";
        await opened.Storage.WriteStateAsync(StateName, Grain, theirs);
        string? outdated = mine.ETag;

        InconsistentStateException refused = await Assert.ThrowsAsync<InconsistentStateException>(
            () => opened.Storage.WriteStateAsync(StateName, Grain, mine));

        if (TellsETags)
        {
            Assert.Equal((theirs.ETag, outdated), (refused.StoredEtag, refused.CurrentEtag));
        }

        Assert.Equal(outdated, mine.ETag);
        Assert.Equal("theirs", (await ReadAsync(opened.Storage)).State!.Text);
    }

    [Fact]
    public async Task First_write_is_refused_when_somebody_else_was_first()
    {
        await using Opened opened = await OpenAsync();
        await WriteAsync(opened.Storage, new Note { Text = "one" });

        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(opened.Storage, new Note { Text = "other" }));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => opened.Storage.WriteStateAsync(StateName, GrainId.Create("user", "bob"), new GrainState<Note>(new Note(), "made-up")));
    }

    [Fact]
    public async Task Writes_at_once_succeed_exactly_once()
    {
        await using Opened opened = await OpenAsync();
        await WriteAsync(opened.Storage, new Note { Text = "one" });
        GrainState<Note>[] copies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(opened.Storage)));

        Exception?[] outcomes = await Task.WhenAll(copies.Select(copy => Record.ExceptionAsync(
            () => opened.Storage.WriteStateAsync(StateName, Grain, copy)).AsTask()));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.All(outcomes.Where(outcome => outcome is not null), outcome => Assert.IsType<InconsistentStateException>(outcome));
    }

    [Fact]
    public async Task Cleared_state_is_new_and_its_etag_guards_the_next_write()
    {
        await using Opened opened = await OpenAsync();
        GrainState<Note> state = await WriteAsync(opened.Storage, new Note { Text = "one" });
        string? before = state.ETag;

        await opened.Storage.ClearStateAsync(StateName, Grain, state);

        Assert.False(state.RecordExists);
        Assert.Equal(new Note(), state.State);
        Assert.NotNull(state.ETag);
        Assert.NotEqual(before, state.ETag);
        GrainState<Note> read = await ReadAsync(opened.Storage);
        Assert.Equal((false, state.ETag), (read.RecordExists, read.ETag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(opened.Storage, new Note()));
        await opened.Storage.WriteStateAsync(StateName, Grain, read);
        Assert.True((await ReadAsync(opened.Storage)).RecordExists);
    }

    [Fact]
    public async Task Clear_with_an_outdated_etag_is_refused()
    {
        await using Opened opened = await OpenAsync();
        await WriteAsync(opened.Storage, new Note { Text = "one" });

        await Assert.ThrowsAsync<InconsistentStateException>(
            () => opened.Storage.ClearStateAsync(StateName, Grain, new GrainState<Note>(new Note(), "made-up")));

        Assert.Equal("one", (await ReadAsync(opened.Storage)).State!.Text);
    }

    [Fact]
    public async Task State_deleted_on_clear_begins_anew()
    {
        await using Opened opened = await OpenAsync(deleteOnClear: true);
        GrainState<Note> state = await WriteAsync(opened.Storage, new Note { Text = "one" });
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => opened.Storage.ClearStateAsync(StateName, Grain, new GrainState<Note>(new Note(), "made-up")));

        await opened.Storage.ClearStateAsync(StateName, Grain, state);

        Assert.Null(state.ETag);
        Assert.Null((await ReadAsync(opened.Storage)).ETag);
        await WriteAsync(opened.Storage, new Note { Text = "two" });
    }

    /// <summary>Empties the storage and opens it.</summary>
    protected abstract Task<Opened> OpenAsync(bool deleteOnClear = false);

    protected static async Task<GrainState<Note>> WriteAsync(IGrainStorage storage, Note note)
    {
        var state = new GrainState<Note>(note);
        await storage.WriteStateAsync(StateName, Grain, state);
        return state;
    }

    protected static async Task<GrainState<Note>> ReadAsync(IGrainStorage storage)
    {
        var state = new GrainState<Note>();
        await storage.ReadStateAsync(StateName, Grain, state);
        return state;
    }

    /// <summary>A storage and what it is closed with.</summary>
    protected sealed record Opened(IGrainStorage Storage, IAsyncDisposable Owner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Owner.DisposeAsync();
    }

    protected sealed record Note
    {
        public string Text { get; set; } = "";

        public IReadOnlyList<string>? Tags { get; set; }
    }
}
