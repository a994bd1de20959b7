using System.Security.Cryptography;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>The same checks as the committee computes them: updates, records and reference are shared among four
/// parties, here all in this process.</summary>
internal sealed class EncryptedCheck(FederationScene scene)
{
    private static readonly FixedPoint Format = FixedPoint.Default;

    /// <param name="updates">In the order of their commitment.</param>
    /// <param name="drawSize">Records of the pool.</param>
    /// <returns>Accepted or not, and the coin toss that picked the records.</returns>
    /// <exception cref="EdgeException">The network or the policy cannot be computed.</exception>
    public async Task<(bool[] Accepted, Digest Draw)> JudgeAsync(
        float[] global, float[]? previous, IReadOnlyList<float[]> updates, VerificationDefaults policy, int drawSize,
        CancellationToken cancellation)
    {
        CheckJob[] jobs = Jobs(global, previous, updates, policy, drawSize);
        if (PoisoningCheck.Fault(jobs[0]) is { } fault)
        {
            throw new EdgeException($"the encrypted check cannot be computed: {fault}");
        }

        InProcessNetwork[] networks = InProcessNetwork.Create();
        CheckResult[] results = await Task.WhenAll(networks.Select((network, party) => Task.Run(
            async () =>
            {
                using MpcSession session = await MpcSession.StartAsync(
                    network, Digest.Zero, RandomNumberGenerator.Fill, cancellation);
                return await PoisoningCheck.RunAsync(session, jobs[party], cancellation);
            },
            cancellation)));
        return ([.. results[0].Accepted], results[0].DrawSeed);
    }

    private CheckJob[] Jobs(
        float[] global, float[]? previous, IReadOnlyList<float[]> updates, VerificationDefaults policy, int drawSize)
    {
        long[] weights = Encode(global);
        SharedInput[] shared = [.. updates.Select(u => Share(Encode(u)))];
        SharedInput pool = Share(PoolVector.Encode(scene.Pool, scene.Architecture, Format));
        SharedInput? reference = policy.Limits.HasReference ? Share(Encode(scene.ReferenceUpdate(global))) : null;
        var thresholds = new CheckPolicy(
            drawSize, policy.AccuracyMargin, policy.AccuracyFloor, policy.RecallMargin, policy.RecallFloor)
        {
            Limits = policy.Limits,
        };
        return [.. Enumerable.Range(0, RunPlan.CommitteeSize).Select(party => new CheckJob(
            scene.Architecture, Format, weights, [.. shared.Select(s => s.Packages[party])],
            [new PoolPart(pool.Packages[party], scene.Pool.Count)], thresholds, Digest.Zero)
        {
            Reference = reference?.Packages[party],
            Previous = previous is null ? null : Encode(previous),
        })];
    }

    private long[] Encode(float[] values) => ParameterVector.ToFixedPoint(scene.Architecture, values, Format);

    private static SharedInput Share(long[] values) => InputSharing.Share(values, RandomNumberGenerator.Fill);
}
