public import Attestation

/// Collateral under one trusted root: from the cache while it is current, otherwise from a service, and checked either way.
///
/// Without a client nothing is ever asked for: what is not cached is an error. Each item is fetched once, however many ask.
public struct CollateralStore: Sendable {
    public let root: TrustedRoot
    public let cache: CollateralCache
    let client: CollateralClient?
    /// An item that was fetched longer ago is asked for again, even when it has not expired; in seconds.
    let maximumAge: Int64?
    let clock: @Sendable () -> Timestamp
    private let verifier: ItemVerifier

    public init(
        root: TrustedRoot, cache: CollateralCache, client: CollateralClient?, maximumAge: Int64? = nil,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.root = root
        self.cache = cache
        self.client = client
        self.maximumAge = maximumAge
        self.clock = clock
        verifier = ItemVerifier(root: root)
    }

    public func item(_ request: CollateralRequest) async throws(CollateralServiceError) -> VerifiedItem {
        let now = clock()
        if let cached = cached(request, at: now), isYoung(cached, at: now) { return cached }
        guard client != nil else {
            for name in names(request) where cache.load(key(name)) != nil { _ = try believed(name, at: now) }
            throw notCached(request)
        }
        return try await cache.holding(key(request)) { () async throws(CollateralServiceError) in
            let before = cached(request, at: clock())
            if let before, isYoung(before, at: clock()) { return before }
            do throws(CollateralServiceError) {
                return try await fetch(request)
            } catch {
                // Too old to be asked for first, but valid still, also by the lists that came meanwhile.
                guard before != nil, let still = cached(request, at: clock()) else { throw error }
                return still
            }
        }
    }

    func key(_ request: CollateralRequest) -> String { "\(root.label)-\(request.key)" }

    private func cached(_ request: CollateralRequest, at now: Timestamp) -> VerifiedItem? {
        names(request).lazy.compactMap { try? believed($0, at: now) }.first
    }

    /// Where it may lie: a PCK certificate that was fetched for a platform beforehand lies under its quoting enclave.
    private func names(_ request: CollateralRequest) -> [CollateralRequest] {
        guard case .pckCertificate(let query) = request, let known = query.byEnclave else { return [request] }
        return [request, .pckCertificate(known)]
    }

    /// What is cached, checked anew: a list that came since may revoke it.
    private func believed(_ request: CollateralRequest, at now: Timestamp) throws(CollateralServiceError) -> VerifiedItem {
        guard let entry = cache.load(key(request)), entry.period.contains(now) else { throw notCached(request) }
        let item = CollateralItem(kind: request.kind, content: entry.content, issuerChain: entry.issuerChain)
        let rootCRL = request == .rootCRL ? item.content : cache.load(key(.rootCRL))?.content
        guard let rootCRL else { throw notCached(.rootCRL) }
        let pckCRL = try PCKAuthority(of: item).map { (authority) throws(CollateralServiceError) in
            try believed(.pckCRL(authority), at: now).item.content
        }
        let found = try check(item, as: request, from: "the cache \(cache.directory)", rootCRL: rootCRL, pckCRL: pckCRL, at: now)
        return VerifiedItem(request: request, item: item, fetched: entry.fetched, period: found.period)
    }

    private func isYoung(_ item: VerifiedItem, at now: Timestamp) -> Bool {
        maximumAge.map { now.seconds - item.fetched.seconds <= $0 } ?? true
    }

    private func notCached(_ request: CollateralRequest) -> CollateralServiceError {
        let expired = cache.load(key(request)).map(\.period.expires).flatMap { $0 < clock() ? $0 : nil }
        return .notCached(what: request.name, directory: cache.directory, expired: expired)
    }

    private func fetch(_ request: CollateralRequest) async throws(CollateralServiceError) -> VerifiedItem {
        guard let client else { throw notCached(request) }
        guard request != .rootCRL else { return try await fetchRootCRL(client) }
        return try await client.item(request) { (item, endpoint) async throws(CollateralServiceError) in
            try await admit(item, as: request, from: endpoint)
        }
    }

    /// Checks what a service gave, with the lists that are wanted for it, and keeps it.
    func admit(
        _ item: CollateralItem, as request: CollateralRequest, from endpoint: CollateralEndpoint
    ) async throws(CollateralServiceError) -> VerifiedItem {
        let certificate = try rootCertificate(of: item, request, endpoint)
        let rootCRL = try await rootCRL(by: certificate)
        let pckCRL = try await pckCRL(for: item)
        let checked = try check(item, as: request, from: endpoint.name, rootCRL: rootCRL, pckCRL: pckCRL, at: clock())
        try keep(checked)
        return checked
    }

    /// The root's list, for items whose chain ends in `certificate`.
    private func rootCRL(by certificate: String) async throws(CollateralServiceError) -> [UInt8] {
        guard let client else { throw notCached(.rootCRL) }
        let now = clock()
        if let cached = cached(.rootCRL, at: now), isYoung(cached, at: now) { return cached.item.content }
        return try await cache.holding(key(.rootCRL)) { () async throws(CollateralServiceError) in
            if let cached = cached(.rootCRL, at: clock()), isYoung(cached, at: clock()) { return cached.item.content }
            return try await fetchRootCRL(client, certificate: certificate).item.content
        }
    }

    /// The list of the CA that issued a PCK certificate; nil for anything else.
    private func pckCRL(for item: CollateralItem) async throws(CollateralServiceError) -> [UInt8]? {
        guard let authority = PCKAuthority(of: item) else { return nil }
        return try await self.item(.pckCRL(authority)).item.content
    }

    /// The list names its issuer but does not carry its certificate, so that comes from the chain of something else.
    private func fetchRootCRL(_ client: CollateralClient, certificate: String? = nil) async throws(CollateralServiceError)
        -> VerifiedItem
    {
        var known = certificate
        if known == nil {
            let request = CollateralRequest.identity(.quotingEnclave, .standard)
            known = try await client.item(request) { (item, endpoint) async throws(CollateralServiceError) in
                try rootCertificate(of: item, request, endpoint)
            }
        }
        let pem = known ?? ""
        return try await client.item(.rootCRL) { (item, endpoint) async throws(CollateralServiceError) in
            let complete = CollateralItem(kind: .rootCRL, content: item.content, issuerChain: pem)
            let checked = try check(complete, as: .rootCRL, from: endpoint.name, rootCRL: item.content, at: clock())
            try keep(checked)
            return checked
        }
    }

    private func rootCertificate(
        of item: CollateralItem, _ request: CollateralRequest, _ endpoint: CollateralEndpoint
    ) throws(CollateralServiceError) -> String {
        do {
            return try verifier.rootCertificate(of: item.issuerChain).pem
        } catch {
            throw .unverified(what: request.name, endpoint: endpoint.name, error)
        }
    }

    /// Checks an item in every way that does not need a quote.
    func check(
        _ item: CollateralItem, as request: CollateralRequest, from source: String, rootCRL: [UInt8], pckCRL: [UInt8]? = nil,
        at now: Timestamp
    ) throws(CollateralServiceError) -> VerifiedItem {
        let period: ValidityPeriod
        do {
            period = try verifier.verify(item, rootCRL: rootCRL, pckCRL: pckCRL, at: now)
        } catch {
            throw .unverified(what: request.name, endpoint: source, error)
        }
        if let why = request.mismatch(item) { throw .badAnswer(what: request.name, endpoint: source, why: why) }
        return VerifiedItem(request: request, item: item, fetched: now, period: period)
    }

    func keep(_ item: VerifiedItem) throws(CollateralServiceError) {
        try cache.store(
            CacheEntry(
                key: key(item.request), fetched: item.fetched, period: item.period, issuerChain: item.item.issuerChain,
                content: item.item.content))
    }
}
