from app.application import main

raise SystemExit(main())
