namespace ChainHealth.Client;

/// <summary>A question that any validator can answer: asks the next one as soon as one fails or is silent for a while,
/// and takes the first good answer. A validator that hangs costs the patience, not the timeout.</summary>
internal sealed class HedgedRequest<T>(
    string what, Func<ClientApiLink, CancellationToken, Task<T>> ask, TimeSpan patience)
{
    /// <exception cref="ClientApiException">Nobody has a good answer; the message says what each said.</exception>
    /// <exception cref="TimeoutException">Not in time.</exception>
    public async Task<T> RunAsync(
        IReadOnlyList<ClientApiLink> links, TimeSpan timeout, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stop.CancelAfter(timeout);
        var running = new List<(ClientApiLink Link, Task<T> Answer)>();
        var faults = new List<string>();
        try
        {
            for (int next = 0; next < links.Count || running.Count > 0;)
            {
                if (next < links.Count)
                {
                    running.Add((links[next], ask(links[next], stop.Token)));
                    next++;
                }

                await FirstAsync(running, next < links.Count ? patience : Timeout.InfiniteTimeSpan, stop.Token);
                stop.Token.ThrowIfCancellationRequested();
                foreach ((ClientApiLink link, Task<T> answer) in running.Where(r => r.Answer.IsCompleted).ToArray())
                {
                    if (answer.IsCompletedSuccessfully)
                    {
                        return answer.Result;
                    }

                    faults.Add($"{link.Peer.Name}: {answer.Exception?.InnerException?.Message ?? "cancelled"}");
                    running.Remove((link, answer));
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"{what}: no answer within {timeout.TotalSeconds:0.#} s");
        }
        finally
        {
            await stop.CancelAsync();
        }

        throw new ClientApiException(
            faults.Count == 0 ? $"{what}: no validator is connected" : $"{what}: {string.Join("; ", faults)}");
    }

    private static async Task FirstAsync(
        List<(ClientApiLink Link, Task<T> Answer)> running, TimeSpan patience, CancellationToken cancellation)
    {
        using var waited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny([.. running.Select(r => (Task)r.Answer), BackOff.WaitAsync(patience, waited.Token)]);
        await waited.CancelAsync();
    }
}
