using System.Collections.Concurrent;

namespace ChainHealth.Cli;

/// <summary>Something about a child that its user may want to see.</summary>
public sealed record ChildNotice(string Child, string Text);

/// <summary>Starts the programs of a network, restarts those that end by themselves (a bounded number of times) and
/// stops all of them: when it is disposed no child is left.</summary>
public sealed class Supervisor : IAsyncDisposable
{
    /// <summary>How long a child may take to stop in order before it is killed.</summary>
    public static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    /// <summary>A Ctrl-C reaches the children as soon as us: an orderly end is not a crash when our own stop follows.
    /// </summary>
    private static readonly TimeSpan OwnStopFollows = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, ChildProcess> running = new();
    private readonly ConcurrentBag<Task> watches = [];
    private readonly ConcurrentDictionary<string, bool> held = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<UserError> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<ChildNotice> notice;
    private readonly Action<string, string> printed;

    /// <param name="notice">Called from any thread when a child ended or was restarted.</param>
    /// <param name="printed">Called with the name and each line of standard output of a child.</param>
    public Supervisor(Action<ChildNotice>? notice = null, Action<string, string>? printed = null)
    {
        this.notice = notice ?? (_ => { });
        this.printed = printed ?? ((_, _) => { });
    }

    /// <summary>Completes when a child has ended more often than it may be restarted.</summary>
    public Task<UserError> Failed => failed.Task;

    /// <summary>Process ids of the children that run now, by name.</summary>
    public IReadOnlyDictionary<string, int> Running => running.ToDictionary(c => c.Key, c => c.Value.Id);

    /// <summary>Starts a child and waits until it is ready.</summary>
    /// <exception cref="UserError">It ended or was not ready in time.</exception>
    public async Task StartAsync(ChildSpec spec, TimeSpan readyLimit, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(stopping.IsCancellationRequested, this);
        ChildProcess child = Launch(spec);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, stopping.Token);
        try
        {
            await Task.WhenAny(child.Ready, child.Exited).WaitAsync(readyLimit, both.Token);
        }
        catch (TimeoutException)
        {
            child.Kill();
            running.TryRemove(new(spec.Name, child));
            throw Explain(child, $"{spec.Name} was not ready within {readyLimit.TotalSeconds:0} s");
        }

        if (!child.Ready.IsCompleted)
        {
            running.TryRemove(new(spec.Name, child));
            int code = await child.Exited;
            throw Explain(child, $"{spec.Name} ended with exit code {code} before it was ready");
        }

        watches.Add(WatchAsync(child));
    }

    /// <summary>Kills a child (kill -9) and does not restart it until <see cref="ResumeAsync"/>.</summary>
    public async Task KillAsync(string name)
    {
        held[name] = true;
        if (running.TryGetValue(name, out ChildProcess? child))
        {
            child.Kill();
            await child.Exited;
            running.TryRemove(new(name, child));
        }
    }

    /// <summary>Starts a killed child again.</summary>
    public Task ResumeAsync(ChildSpec spec, TimeSpan readyLimit, CancellationToken cancellation)
    {
        held.TryRemove(spec.Name, out _);
        return StartAsync(spec, readyLimit, cancellation);
    }

    /// <summary>Asks every child to stop, waits, and kills those that do not.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        ChildProcess[] children = [.. running.Values];
        foreach (ChildProcess child in children)
        {
            child.Terminate();
        }

        Task all = Task.WhenAll(children.Select(c => c.Exited));
        try
        {
            await all.WaitAsync(StopLimit);
        }
        catch (TimeoutException)
        {
            foreach (ChildProcess child in children)
            {
                child.Kill();
            }

            await all;
        }

        await Task.WhenAll(watches);
        running.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stopping.Dispose();
    }

    private static UserError Explain(ChildProcess child, string what) =>
        UserError.Failure(what, $"see its log {child.Spec.LogFile} (--keep keeps it); its last lines:")
            .With(child.Tail);

    private ChildProcess Launch(ChildSpec spec)
    {
        ChildProcess child = ChildProcess.Start(spec, line => printed(spec.Name, line));
        running[spec.Name] = child;
        return child;
    }

    private async Task WatchAsync(ChildProcess child)
    {
        for (int restarts = 0; ; restarts++)
        {
            int code = await child.Exited;
            if (child.WasKilled || await StopFollowsAsync(code) || held.ContainsKey(child.Spec.Name))
            {
                return;
            }

            string what = $"{child.Spec.Name} ended by itself with exit code {code}";
            if (restarts >= child.Spec.RestartsMax)
            {
                failed.TrySetResult(Explain(child, $"{what}, after {restarts} restarts"));
                return;
            }

            notice(new ChildNotice(
                child.Spec.Name, $"{what}; restarted ({restarts + 1} of {child.Spec.RestartsMax})"));
            child = Launch(child.Spec);
            if (stopping.IsCancellationRequested)
            {
                child.Kill();
            }
        }
    }

    private async Task<bool> StopFollowsAsync(int code)
    {
        const int orderly = 0, interrupted = 130, terminated = 143;
        if (code is orderly or interrupted or terminated)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, stopping.Token).WaitAsync(OwnStopFollows);
            }
            catch (Exception e) when (e is OperationCanceledException or TimeoutException)
            {
                // Either way the question below is answered.
            }
        }

        return stopping.IsCancellationRequested;
    }
}
