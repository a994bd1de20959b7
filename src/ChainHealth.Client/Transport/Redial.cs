using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Keeps one connection to a member: dials, lets it be used, and dials again after a back-off when it ends.
/// </summary>
public static class Redial
{
    /// <summary>A connection that lived this long resets the back-off.</summary>
    private static readonly TimeSpan Stable = TimeSpan.FromSeconds(5);

    /// <summary>Runs until cancelled. The connection is disposed when <paramref name="use"/> returns or
    /// throws.</summary>
    /// <param name="report">Told, in one line each, why a connection failed; equal reasons in a row once.</param>
    public static async Task RunAsync(
        Member peer, LinkIdentity self, LinkPurpose purpose, ServeConnection use, Action<string>? report,
        CancellationToken cancellation, BackOff? backOff = null)
    {
        backOff ??= new BackOff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2));
        string last = "";
        while (!cancellation.IsCancellationRequested)
        {
            long began = Environment.TickCount64;
            try
            {
                await using SecureConnection connection =
                    await SecureDialer.ConnectAsync(peer, self, purpose, cancellation);
                last = "";
                await use(connection, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is LinkException or IOException or ObjectDisposedException
                or OperationCanceledException or TimeoutException)
            {
                if (e.Message != last)
                {
                    report?.Invoke(e.Message);
                    last = e.Message;
                }
            }

            if (Environment.TickCount64 - began > Stable.TotalMilliseconds)
            {
                backOff.Reset();
            }

            await BackOff.WaitAsync(backOff.Next(), cancellation);
        }
    }
}
