# In a copy of this folder, with Node.js 22 or newer.
npm install
npx cdktn get
export SIMCLOUD_WORLD="$PWD/world.db"
npx cdktn deploy --auto-approve --skip-provider-lock fleet
npx cdktn destroy --auto-approve --skip-provider-lock fleet
