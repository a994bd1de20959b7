using ChainHealth.Client;
using ChainHealth.Dashboard.Edges;
using ChainHealth.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace ChainHealth.Dashboard.Tests;

/// <summary>One asking for all pages, and none while nobody looks.</summary>
public class EdgeBoardTests
{
    [Fact]
    public async Task Servers_are_asked_while_somebody_looks_and_not_afterwards()
    {
        await using var context = new PageContext();
        var time = new FakeTimeProvider();
        using var board = new EdgeBoard(_ => context.EdgeServers, context.Feed, time);
        await board.StartAsync(default);
        Assert.Empty(context.EdgeServers.Questions);

        await SeenAsync(board, () => { });
        int once = context.EdgeServers.Questions.Count;
        Assert.Equal(board.Servers.Length, once);
        time.Advance(EdgeBoard.AskInterval * 5);
        Assert.Equal(once, context.EdgeServers.Questions.Count);
        await board.StopAsync(default);
    }

    [Fact]
    public async Task A_server_that_is_down_keeps_its_last_word_and_says_why()
    {
        await using var context = new PageContext();
        await SeenAsync(context.Board, () => { });
        MemberId hospital = context.Board.Servers[^1].Id;
        context.EdgeServers.Down(hospital);
        await SeenAsync(context.Board, () => { });

        EdgeEntry entry = context.Board.Of(hospital)!;
        Assert.False(entry.Answers);
        Assert.Equal("wdbc", entry.Status!.Dataset);
        Assert.Contains("out of reach", entry.Fault, StringComparison.Ordinal);
        Assert.True(context.Board.Now[0].Answers);
    }

    [Fact]
    public async Task Thousands_of_pages_that_came_and_went_leave_nothing_behind()
    {
        await using var context = new PageContext();
        WeakReference[] gone = [.. Enumerable.Range(0, 2000).Select(_ => Visit(context))];
        Assert.True(await GoneAsync(gone), "closed pages are still held");
    }

    /// <summary>An asking in flight may hold on for a moment.</summary>
    private static async Task<bool> GoneAsync(WeakReference[] pages)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (pages.Any(p => p.IsAlive) && !limit.IsCancellationRequested)
        {
            GC.Collect();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return !pages.Any(p => p.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Visit(PageContext context)
    {
        var page = new object();
        Action moved = () => GC.KeepAlive(page);
        context.Board.Listen(moved).Dispose();
        context.Feed.Listen(moved).Dispose();
        return new WeakReference(page);
    }

    private static async Task SeenAsync(EdgeBoard board, Action look)
    {
        var told = new TaskCompletionSource();
        using IDisposable listening = board.Listen(() =>
        {
            look();
            told.TrySetResult();
        });
        await told.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
